"""# score_deals

Judges every deal: is the reference price real, is the price good, how far can we trust it?

- **Inputs**: `features.deal_candidates`, `features.merchant_quality`, `features.deal_outcomes`.
- **Outputs**: `predictions.deal_scores` with five confidence factors, verdict, evidence, the score's parts and its chance of a
  click; `predictions.merchant_reputation`; Asset `predictions.deal_scores`.
- **Training**: weekly, from clicks: the score's weights and its curve, held against a later period; with too few clicks the
  weights set by hand serve and nothing is said of clicks (docs/deals.md).
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. Many `insufficient_history` verdicts: too few observed days; see crawl coverage in `raw.crawl_coverage`.
2. Many rejected deals: count `reject_reasons` in `predictions.deal_scores` of the run; many `low_reputation`: look at the
   parts in `scored.merchant_reputation`.
3. A deal is missing in the storefront: `unpublished_reason` in `scored.deals_scored`.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import DEAL_SCORES, MARTS
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DAG_ARGS, TRAIN, Tag

with DAG(
    dag_id="score_deals",
    dag_display_name="5 · Score deals",
    schedule=PartitionedAssetTimetable(assets=MARTS),
    doc_md=__doc__,
    params=TRAIN,
    tags=[Tag.MODEL],
    **DAG_ARGS,
):
    FeaturesToPredictionsOperator(
        task_id="score_deals", capability="deals", upstream=[("build_marts", "build_marts")], outlets=[DEAL_SCORES]
    )
