"""The rails: how far a price may go, which endings it may have, and an independent check that nothing was broken."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ml.pricing.config import Config
from ml.pricing.features import Sku

CENT, ONE = Decimal("0.01"), Decimal(1)
ENDINGS = ((Decimal("0.99"), Decimal("0.95"), ONE), (Decimal("0.09"), Decimal("0.05"), Decimal("0.10")))


@dataclass(frozen=True)
class Rails:
    """What holds a SKU's price.

    minimum: never below it, and reached at once · floor: cost and a margin; not gone below, and from below left a step a day ·
    ceiling: not gone above, and from above left a step a day · low, high: where the new price must lie.
    """

    minimum: Decimal
    floor: Decimal
    ceiling: Decimal
    low: Decimal
    high: Decimal

    @property
    def infeasible(self) -> str | None:
        """Which rails contradict each other, or None."""
        if self.floor > self.ceiling:
            return "infeasible: floor above ceiling"
        return "infeasible: no price within a step" if self.low > self.high else None

    def clamp(self, target: Decimal) -> tuple[Decimal, str | None]:
        """The target between the rails, and the rail that moved it last."""
        inner = min(max(target, self.floor), self.ceiling)
        price = min(max(inner, self.low), self.high)
        if price != inner:
            return price, "step"
        if inner > target:
            return price, "minimum" if self.floor == self.minimum else "floor"
        return price, "ceiling" if inner < target else None


def up(price: Decimal) -> Decimal:
    """To the cent above."""
    return price.quantize(CENT, ROUND_CEILING)


def down(price: Decimal) -> Decimal:
    """To the cent below."""
    return price.quantize(CENT, ROUND_FLOOR)


def rails(sku: Sku, config: Config) -> Rails:
    """The rails of a SKU that stands at or above its minimum, or has no price yet."""
    minimum = up(sku.minimum_price or CENT)
    floor = max(minimum, up(sku.cost * (1 + config.floor_margin)))
    ceiling = down(sku.cost * config.ceiling_markup)
    if sku.reference_price is not None:
        ceiling = min(ceiling, down(sku.reference_price))
    now = sku.current_price
    if now is None:
        return Rails(minimum, floor, ceiling, floor, ceiling)
    low = up(now) if now < floor else max(floor, up(now * (1 - config.largest_step)))
    high = down(now) if now > ceiling else min(ceiling, down(now * (1 + config.largest_step)))
    return Rails(minimum, floor, ceiling, low, high)


def ending(target: Decimal, low: Decimal, high: Decimal, whole: bool) -> Decimal | None:
    """The price nearest to `target` within [low, high] that ends on .99 or .95, else on a 9 or 5, else on any cent.

    `whole`: the currency is priced in whole units. None when the interval holds no such price. Example: 1.50 within 1.35-1.65
    holds no .99, so it becomes 1.49.
    """
    target = min(max(target, low), high)
    if whole:
        return _nearest([target.quantize(ONE, ROUND_FLOOR), target.quantize(ONE, ROUND_CEILING)], target, low, high)
    for first, second, period in ENDINGS:
        base = (target // period - 1) * period
        offers = [base + step * period + end for step in range(4) for end in (first, second)]
        found = _nearest(offers, target, low, high)
        if found is not None:
            return found
    return _nearest([down(target), up(target)], target, low, high)


def _nearest(offers: list[Decimal], target: Decimal, low: Decimal, high: Decimal) -> Decimal | None:
    allowed = [offer for offer in offers if low <= offer <= high and offer > 0]
    return min(allowed, key=lambda offer: (abs(offer - target), offer)) if allowed else None


def violations(sku: Sku, price: Decimal, config: Config) -> list[str]:
    """Which rails a price breaks, read from their definitions and not from the code that set it."""
    now, minimum = sku.current_price, sku.minimum_price or Decimal(0)
    floor, ceiling = max(minimum, sku.cost * (1 + config.floor_margin)), sku.cost * config.ceiling_markup
    ceiling = min(ceiling, sku.reference_price) if sku.reference_price is not None else ceiling
    forced = floor > ceiling or (now is not None and now < minimum)
    checks = {
        "not positive": price <= 0,
        "minimum": price < minimum,
        "floor": price < floor and (now is None or price < now),
        "ceiling": price > ceiling and (now is None or price > now) and not forced,
        "step": now is not None and now >= minimum and abs(price - now) > now * config.largest_step,
    }
    return [name for name, broken in checks.items() if broken]
