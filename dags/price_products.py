"""# price_products

Prices the house's SKUs: cost-plus within rails, drawn towards competitors, each price with its reason.

- **Inputs**: `features.sku_pricing`, `predictions.demand_forecasts`.
- **Outputs**: `predictions.prices`; Asset `predictions.prices`.
- **Training**: rules and rails; nothing to train yet, `train` is accepted for uniformity.
- **Rerun**: safe; the same key replaces that key's run.

## Triage
1. A price that did not move: its `rail` names what bound it.
2. `infeasible` rails: cost, minimum price and ceiling contradict each other in the shop's feed; the price is kept.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import DEMAND_FORECASTS, PRICES
from dealhouse.operators.features_to_predictions_operator import FeaturesToPredictionsOperator
from dealhouse.policies import DAG_ARGS, TRAIN, Tag

with DAG(
    dag_id="price_products",
    dag_display_name="6 · Price products",
    schedule=PartitionedAssetTimetable(assets=DEMAND_FORECASTS),
    doc_md=__doc__,
    params=TRAIN,
    tags=[Tag.MODEL],
    **DAG_ARGS,
):
    FeaturesToPredictionsOperator(
        task_id="price_products", capability="pricing", upstream=[("forecast_demand", "forecast_demand")], outlets=[PRICES]
    )
