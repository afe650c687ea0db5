"""Every Asset, by layer: what schedules the DAGs, and whose partition key carries `as_of`."""

from airflow.sdk import Asset

# raw
RAW_OFFERS = Asset(name="raw.offer_observations", uri="dealhouse://raw/offer_observations", group="raw")
RAW_SHOP = Asset(name="raw.shop", uri="dealhouse://raw/shop", group="raw")
RAW_SOURCES = Asset(name="raw.sources", uri="dealhouse://raw/sources", group="raw")

# warehouse
CORE = Asset(name="core", uri="dealhouse://warehouse/core", group="warehouse")
MARTS = Asset(name="marts", uri="dealhouse://warehouse/marts", group="warehouse")

# predictions
PRODUCTS = Asset(name="predictions.product", uri="dealhouse://predictions/product", group="predictions")
DEAL_SCORES = Asset(name="predictions.deal_scores", uri="dealhouse://predictions/deal_scores", group="predictions")
RECOMMENDATIONS = Asset(name="predictions.recommendations", uri="dealhouse://predictions/recommendations", group="predictions")
DEMAND_FORECASTS = Asset(name="predictions.demand_forecasts", uri="dealhouse://predictions/demand_forecasts", group="predictions")
PRICES = Asset(name="predictions.prices", uri="dealhouse://predictions/prices", group="predictions")

# publish
STOREFRONT = Asset(name="publish.storefront", uri="dealhouse://publish/storefront", group="publish")
