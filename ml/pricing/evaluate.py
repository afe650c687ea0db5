"""The figure: a simulation, and named so. There is no ground truth for a price that was never asked.

Assumed: units = daily demand x (price / current price) ^ elasticity, the same elasticity for every SKU; nobody reacts; sales end
with the stock. What is summed: (price - cost) x units over 28 days. Whether it holds, only an experiment can tell.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from ml.pricing.config import Config
from ml.pricing.features import Sku, Uncosted
from ml.pricing.model import Decision, Model, decide
from ml.pricing.rails import violations

HORIZON = 28


def main_currency(skus: Sequence[Sku] | Sequence[Uncosted]) -> str:
    """The currency of most SKUs: margins of others are not added to it."""
    counts = Counter(sku.currency for sku in skus)
    return min(counts, key=lambda currency: (-counts[currency], currency))


def metric_name(config: Config, currency: str) -> str:
    """`simulated_margin_28d_EUR_at_elasticity_-2`: the assumption stands in the name."""
    return f"simulated_margin_{HORIZON}d_{currency}_at_elasticity_{config.elasticity:g}"


def simulated_margin(sku: Sku, price: Decimal, config: Config) -> float:
    """Margin of one SKU over the horizon at a price; 0 without a current price."""
    if sku.current_price is None or sku.current_price <= 0:
        return 0.0
    ratio = float(price / sku.current_price)
    units = HORIZON * sku.daily_demand * float(ratio**config.elasticity)
    sold = min(units, float(max(sku.stock, 0))) if sku.stock is not None else units
    return float(price - sku.cost) * sold


def total_margin(decisions: Sequence[Decision], currency: str, config: Config) -> float:
    """The simulated margin of all decisions in a currency."""
    return sum(simulated_margin(d.sku, d.price, config) for d in decisions if d.sku.currency == currency)


def broken(decisions: Sequence[Decision], config: Config) -> list[str]:
    """`<sku>: <rail>` for every rail that a decision breaks; must be empty."""
    return [f"{d.sku.sku}: {rail}" for d in decisions for rail in violations(d.sku, d.price, config)]


def margins(skus: Sequence[Sku], config: Config) -> dict[str, Decimal]:
    """The median gross margin per category at today's prices, within `margin_range`."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for sku in skus:
        if sku.current_price is not None and sku.current_price > sku.cost:
            found[sku.category].append((sku.current_price - sku.cost) / sku.current_price)
    low, high = config.margin_range
    return {category: min(max(round(median(values), 4), low), high) for category, values in sorted(found.items())}


def choose(skus: Sequence[Sku], version: str, config: Config) -> Model:
    """The competitor weight with the highest simulated margin; the first of equals.

    The margins themselves are not chosen so: an assumed elasticity would only find its own optimum, and raise prices toward it.
    """
    currency, base = main_currency(skus), margins(skus, config)
    models = [Model(version, weight, base) for weight in config.competitor_weights]
    return max(models, key=lambda model: total_margin([decide(sku, model, config) for sku in skus], currency, config))
