"""# build_marts

Builds what analysts read and what the models learn from, now that offers are products.

- **Inputs**: `intermediate`, `predictions.product`, `predictions.offer_product`.
- **Outputs**: schemas `marts` and `features`; Asset `marts`.
- **Run type**: point in time: nothing known after the key is visible. Safe to rerun and to backfill.

## Triage
1. The log ends with the failing dbt node; `ops.dbt_results` keeps every node with its seconds.
2. A contract error names the column: a model and its yml disagree, or a source changed its type.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import MARTS, PRODUCTS
from dealhouse.operators.raw_to_warehouse_operator import RawToWarehouseOperator
from dealhouse.policies import BUILD, DAG_ARGS, Tag

with DAG(
    dag_id="build_marts",
    dag_display_name="4 · Build marts and features",
    schedule=PartitionedAssetTimetable(assets=PRODUCTS),
    doc_md=__doc__,
    params=BUILD,
    tags=[Tag.WAREHOUSE],
    **DAG_ARGS,
):
    RawToWarehouseOperator(
        task_id="build_marts", selector="learnt_from", upstream=[("match_offers", "match_offers")], outlets=[MARTS]
    )
