"""# ingest_shop

Polls the house shop's feeds (catalogue, stock, orders, payments, customers, reviews, promotions, events, rates,
calendar, weather, advertising) and lands what shoppers sent to the storefront.

- **Inputs**: the shop's feeds after the cursors in `raw.feed_cursors`; `inbox.events`.
- **Outputs**: `landing/shop/...`, `landing/inbox/...`; `raw.shop_*`, `raw.fx_rates`, `raw.rejects`; Asset `raw.shop`.
- **Run type**: now; a cursor advances in the transaction that loads its batch, so nothing is lost or taken twice.
- **Personal data**: native customer ids and e-mail addresses stop here; raw holds a keyed hash.

## Triage
1. `FetchUnavailableError`: the shop is away; the task retries, the next run catches up from the same cursor.
2. Many rejects of one kind: the shop changed a feed; see *Quarantine* by reason, fix the mapping, release the rows.
3. `SourceSchemaError` names a column that is gone or of another type; the other kinds are loaded. Have it mended, or
   `python -m dealhouse.loading columns accept shop KIND COLUMN`.
"""

from airflow.sdk import DAG, task

from dealhouse.assets import RAW_SHOP
from dealhouse.operators.quality_gate import hold
from dealhouse.operators.shop_to_raw_operator import ShopToRawOperator
from dealhouse.policies import DAG_ARGS, Tag, ingest_schedule

with DAG(
    dag_id="ingest_shop",
    dag_display_name="1 · Ingest the shop",
    schedule=ingest_schedule(),
    doc_md=__doc__,
    tags=[Tag.INGEST],
    **DAG_ARGS,
):
    poll = ShopToRawOperator(task_id="poll_feeds")

    @task(outlets=[RAW_SHOP])
    def check_raw() -> None:
        """The first quality border."""
        from expectations.gates import check_raw

        hold(check_raw, "shop")

    poll >> check_raw()
