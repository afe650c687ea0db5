"""# score_deals

Judges every deal: is the reference price real, is the price good, how far can we trust it?

- **Inputs**: `features.deal_candidates`, `features.merchant_quality`.
- **Outputs**: `predictions.deal_scores` with five confidence factors, verdict and evidence; Asset `predictions.deal_scores`.
- **Training**: rules with published thresholds; nothing to train yet, `train` is accepted for uniformity.
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. Many `insufficient_history` verdicts: too few observed days; see crawl coverage in `raw.crawl_coverage`.
2. Many rejected deals: count `reject_reasons` in `predictions.deal_scores` of the run.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import DEAL_SCORES, MARTS
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DEFAULT_ARGS, TRAIN, Tag

with DAG(
    dag_id="score_deals",
    dag_display_name="5 · Score deals",
    schedule=PartitionedAssetTimetable(assets=MARTS),
    doc_md=__doc__,
    default_args=DEFAULT_ARGS,
    params=TRAIN,
    tags=[Tag.MODEL],
    max_active_runs=1,
    catchup=False,
):
    FeaturesToPredictionsOperator(
        task_id="score_deals", capability="deals", upstream=[("build_marts", "build_marts")], outlets=[DEAL_SCORES]
    )
