"""# train_recommendations

Ranks products for each shopper, and what is trending for those we do not know yet; every item carries its reason.

- **Inputs**: `features.interactions`, `features.customer_profiles`, `features.product_attributes`.
- **Outputs**: `predictions.recommendations`, `predictions.trending`, `predictions.similar_products`;
  Asset `predictions.recommendations`.
- **Training**: weights are chosen on the period before the held-out one; live only when better than the
  live one, the first only when better than popularity.
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. Held-out nDCG fell under the popular list: the old model stays live; look at `predictions.run.metrics`.
2. No rows: no interactions known at the key; see `raw.shop_events` and `raw.shop_orders`.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import MARTS, RECOMMENDATIONS
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DAG_ARGS, TRAIN, Tag

with DAG(
    dag_id="train_recommendations",
    dag_display_name="5 · Recommend",
    schedule=PartitionedAssetTimetable(assets=MARTS),
    doc_md=__doc__,
    params=TRAIN,
    tags=[Tag.MODEL],
    **DAG_ARGS,
):
    FeaturesToPredictionsOperator(
        task_id="train_recommendations", capability="recommendations", upstream=[("build_marts", "build_marts")],
        outlets=[RECOMMENDATIONS], priority_weight=2,  # the longest of the models: it goes first
    )
