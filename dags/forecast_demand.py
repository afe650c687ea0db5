"""# forecast_demand

Forecasts units per SKU, category and shop for 28 days, with quantiles.

- **Inputs**: `features.demand_history`.
- **Outputs**: `predictions.demand_forecasts`; Asset `predictions.demand_forecasts`.
- **Training**: candidates compete in rolling backtests; the seasonal naive serves where nothing beats it.
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. A category named `seasonal-naive` in `model`: too short a history, or nothing beat it.
2. Bias out of bounds: see `scored.forecast_against_actual`.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import DEMAND_FORECASTS, MARTS
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DAG_ARGS, TRAIN, Tag

with DAG(
    dag_id="forecast_demand",
    dag_display_name="5 · Forecast demand",
    schedule=PartitionedAssetTimetable(assets=MARTS),
    doc_md=__doc__,
    params=TRAIN,
    tags=[Tag.MODEL],
    **DAG_ARGS,
):
    FeaturesToPredictionsOperator(
        task_id="forecast_demand", capability="demand", upstream=[("build_marts", "build_marts")], outlets=[DEMAND_FORECASTS],
        priority_weight=2,  # prices wait for it
    )
