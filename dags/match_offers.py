"""# match_offers

Says which offers are one product: identifiers first, then blocking, scored similarity and average-link clusters.

- **Inputs**: `features.offer_attributes`, `features.match_reviews` (what people answered) and the products known so far.
- **Outputs**: `predictions.product`, `predictions.offer_product`, `predictions.product_changes`, the questions in
  `predictions.match_candidates` (answered under Browse, Match reviews); Asset `predictions.product`.
- **Incremental**: only new or changed offers are matched; product ids are minted once and never reused. The parameter `full`
  matches everything again, under the same ids.
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. `matching refused`: the last lines of the log name the input at fault.
2. A held-out pair F1 that fell: compare `predictions.run.metrics` of the last runs; the live model only
   changes when the new one wins.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import CORE, PRODUCTS
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DAG_ARGS, REBUILD, TRAIN, Tag

with DAG(
    dag_id="match_offers",
    dag_display_name="3 · Match offers into products",
    schedule=PartitionedAssetTimetable(assets=CORE),
    doc_md=__doc__,
    params=TRAIN | REBUILD,
    tags=[Tag.MODEL],
    **DAG_ARGS,
):
    FeaturesToPredictionsOperator(
        task_id="match_offers", capability="matching", full="{{ params.full }}", upstream=[("build_core", "build_core")],
        outlets=[PRODUCTS],
    )
