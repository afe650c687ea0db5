"""# ingest_offers

Crawls every enabled merchant politely, lands what came as immutable batches, and loads them exactly once.

- **Inputs**: `raw.merchant_registry`; the merchants themselves, over HTTP.
- **Outputs**: `landing/offers/...`; `raw.offer_observations`, `raw.crawl_coverage`, `raw.crawl_documents`, `raw.rejects`;
  Asset `raw.offer_observations`; `crawls/...` in the store (the shards' whole reports); `ops.alerts` (layouts that drifted).
- **Run type**: now. The key is the instant of the crawl; a crawl of the past cannot be repeated, but its landed batches can be
  loaded again (`python -m dealhouse.loading load`).
- **Failure budget**: one failing merchant never stops the others; more than DEALHOUSE_FAILURE_BUDGET of them stops the run.

## Triage
1. A red `crawl` shard: its log names each merchant with its error class; the task retries transient ones only. Its XCom sums the
   shard up; `report` there is the key of the whole report in the store.
2. `load` says that the failure budget is spent: look at `raw.crawl_coverage` where status = 'failed' for the key.
3. A red `load`: nothing of that batch is visible; a retry continues with the batches that are not in `raw.load_ledger`.
4. A red `check_raw`: `ops.quality_results` names the expectation.
5. An alert "acme drifted: price coverage fell from 99 % to 41 %" (`watch_merchants`): the merchant's layout or feed changed. Its
   page under *Merchants* shows the rejected rows; `python -m dealhouse.scraping merchants preview acme` reads it afresh.
"""

from airflow.sdk import DAG, get_current_context, task

from dealhouse.assets import RAW_OFFERS
from dealhouse.operators.landing_to_raw_operator import LandingToRawOperator
from dealhouse.operators.ledgered_operator import ledgered
from dealhouse.operators.merchants_to_landing_operator import MerchantsToLandingOperator
from dealhouse.operators.quality_gate import hold
from dealhouse.policies import DAG_ARGS, Tag, ingest_schedule
from dealhouse.run_ledger import Outcome
from dealhouse.settings import settings

with DAG(
    dag_id="ingest_offers",
    dag_display_name="1 · Ingest offers",
    schedule=ingest_schedule(),
    doc_md=__doc__,
    tags=[Tag.INGEST],
    **DAG_ARGS,
):
    crawl = MerchantsToLandingOperator.partial(task_id="crawl", map_index_template="{{ task.shard_name }}").expand(
        shard=list(range(settings().crawl_shards))
    )
    load = LandingToRawOperator(task_id="load", reports=crawl.output)

    @task(outlets=[RAW_OFFERS])
    def check_raw() -> None:
        """The first quality border."""
        from expectations.gates import check_raw

        hold(check_raw, "offers")

    @task
    def watch_merchants() -> None:
        """Alerts for merchants whose layout drifted in this crawl."""
        from dealhouse.scraping import drift

        ledgered(get_current_context(), lambda as_of: Outcome(raised := drift.watch(as_of), "done" if raised else "noop"))

    load >> [check_raw(), watch_merchants()]
