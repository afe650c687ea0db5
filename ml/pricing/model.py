"""Cost-plus blended toward the competitors' median, nudged by stock cover, held by the rails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ml.pricing import words
from ml.pricing.config import NAIVE_VERSION, Config
from ml.pricing.features import Sku
from ml.pricing.rails import Rails, ending, rails, up


@dataclass(frozen=True)
class Model:
    """margins: gross margin (share of price) aimed at per category; competitor_weight: how far toward the market; None = hold."""

    version: str = NAIVE_VERSION
    competitor_weight: Decimal | None = None
    margins: Mapping[str, Decimal] = field(default_factory=dict)

    def parts(self) -> dict[str, Any]:
        """What `artifacts.save` stores; numbers as text, so that they come back exact."""
        weight = None if self.competitor_weight is None else str(self.competitor_weight)
        margins = {name: str(value) for name, value in self.margins.items()}
        return {"model.json": {"version": self.version, "competitor_weight": weight, "margins": margins}}


def from_parts(parts: Mapping[str, Any]) -> Model:
    card = parts["model.json"]
    weight = None if card["competitor_weight"] is None else Decimal(card["competitor_weight"])
    margins = {name: Decimal(value) for name, value in card["margins"].items()}
    return Model(card["version"], weight, margins)


@dataclass(frozen=True)
class Target:
    """What the price would be without rails, and what it is made of. competitor: None when it may not be used; why says so."""

    price: Decimal
    cost_plus: Decimal
    margin: Decimal
    competitor: Decimal | None
    why_no_competitor: str | None
    weight: Decimal
    cover_days: float | None
    nudge: Decimal


@dataclass(frozen=True)
class Decision:
    """A price with its reason. rail: the rail that bound it, None when none did."""

    sku: Sku
    price: Decimal
    rail: str | None
    reason: str
    parts: dict[str, Any]


def decide(sku: Sku, model: Model, config: Config) -> Decision:
    """The price of a SKU. Total: every SKU with a cost gets a price that breaks no rail, or keeps the one it has."""
    if sku.current_price is not None and sku.minimum_price is not None and sku.current_price < sku.minimum_price:
        return _decision(sku, up(sku.minimum_price), "minimum", None, None)
    if model.competitor_weight is None and sku.current_price is not None:
        return _decision(sku, sku.current_price, None, None, None)
    limits, aim = rails(sku, config), target(sku, model, config)
    if limits.infeasible:
        kept = limits.floor if sku.current_price is None else sku.current_price
        return _decision(sku, kept, limits.infeasible, aim, limits)
    wanted, rail = limits.clamp(aim.price)
    price = ending(wanted, limits.low, limits.high, sku.currency in config.whole_units)
    if price is None:
        return _decision(sku, limits.low if sku.current_price is None else sku.current_price, "ending", aim, limits)
    if sku.current_price is not None and abs(price - sku.current_price) < sku.current_price * config.smallest_step:
        return _decision(sku, sku.current_price, "smallest step" if price != sku.current_price else rail, aim, limits)
    return _decision(sku, price, rail, aim, limits)


def target(sku: Sku, model: Model, config: Config) -> Target:
    """Cost-plus at the category's margin, `competitor_weight` of the way to the competitors' median, nudged by stock cover."""
    low, high = config.margin_range
    margin = min(max(model.margins.get(sku.category, config.default_margin), low), high)
    cost_plus = sku.cost / (1 - margin)
    competitor, why_not = _competitor(sku, config)
    weight = (model.competitor_weight or Decimal(0)) if competitor is not None else Decimal(0)
    blended = cost_plus if competitor is None else (1 - weight) * cost_plus + weight * competitor
    cover = cover_days(sku)
    nudge = _nudge(sku, cover, config)
    return Target(blended * (1 + nudge), cost_plus, margin, competitor, why_not, weight, cover, nudge)


def _competitor(sku: Sku, config: Config) -> tuple[Decimal | None, str | None]:
    """The competitors' median when enough sources say it and it can be the same thing."""
    if sku.competitor_median is None or sku.competitor_count < config.min_competitors:
        return None, f"fewer than {config.min_competitors} sellers"
    low, high = config.plausible_index
    if sku.current_price is not None and not low <= sku.competitor_median / sku.current_price <= high:
        return None, "too far from our own to be the same thing"
    return sku.competitor_median, None


def cover_days(sku: Sku) -> float | None:
    """How many days the stock lasts; None when stock or demand is unknown or nothing."""
    if not sku.stock or sku.stock < 0 or sku.daily_demand <= 0:
        return None
    return round(sku.stock / sku.daily_demand, 1)


def _nudge(sku: Sku, cover: float | None, config: Config) -> Decimal:
    if cover is None:
        return Decimal(0)
    if cover > config.high_cover_days:
        return config.high_cover_nudge
    return config.low_cover_nudge if cover < (sku.lead_time_days or config.default_lead_time_days) else Decimal(0)


def _decision(sku: Sku, price: Decimal, rail: str | None, aim: Target | None, limits: Rails | None) -> Decision:
    parts = _facts(sku) | (_aims(aim) if aim else {}) | (_limits(limits) if limits else {})
    parts |= {"below_lowest_30d": sku.lowest_30d is not None and price < sku.lowest_30d}
    return Decision(sku, price, rail, words.reason(sku.current_price, price, sku.currency, rail, parts), parts)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _facts(sku: Sku) -> dict[str, Any]:
    money = ("cost", "minimum_price", "current_price", "reference_price", "competitor_median", "lowest_30d")
    return {name: _number(getattr(sku, name)) for name in money} | {
        "competitor_count": sku.competitor_count, "stock": sku.stock, "daily_demand": round(sku.daily_demand, 4),
        "demand_source": sku.demand_source, "demand_as_of": sku.demand_as_of.isoformat(), "as_of": sku.as_of.isoformat(),
    }


def _aims(aim: Target) -> dict[str, Any]:
    return {
        "target": _number(aim.price), "cost_plus": _number(aim.cost_plus), "margin": _number(aim.margin),
        "competitor_weight": _number(aim.weight), "competitor_used": aim.competitor is not None,
        "why_no_competitor": aim.why_no_competitor, "cover_days": aim.cover_days, "nudge": _number(aim.nudge),
    }


def _limits(limits: Rails) -> dict[str, Any]:
    return {name: _number(getattr(limits, name)) for name in ("floor", "ceiling", "low", "high")}
