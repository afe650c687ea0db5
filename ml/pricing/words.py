"""The reason of a price as a sentence, made from the numbers that made the price."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

UNCOSTED = "no cost"
RAILS = {
    "minimum": "the minimum price allows no less",
    "floor": "cost and the smallest margin allow no less",
    "ceiling": "the reference price or the largest markup allows no more",
    "step": "no price moves further in one day",
    "smallest step": "the change would be too small to make",
    "ending": "no price with a usual ending lies between the rails",
    "infeasible: floor above ceiling": "the floor lies above the ceiling, so the rails leave no price",
    "infeasible: no price within a step": "no price lies within a day's step",
}


def uncosted(price: Decimal, currency: str) -> str:
    """The reason of a price that stays because nobody told us the cost."""
    return f"{_move(price, price, currency)}; its cost is not known, so no other price can be justified"


def reason(now: Decimal | None, price: Decimal, currency: str, rail: str | None, parts: Mapping[str, Any]) -> str:
    """One sentence: what happened, what it is made of, what held it, and the lowest price of 30 days where it was lowered."""
    clauses = [_move(now, price, currency), *_made_of(parts)]
    if rail:
        clauses.append(RAILS[rail])
    if now is not None and price < now and parts.get("lowest_30d") is not None:
        clauses.append(f"lowest price of the last 30 days: {parts['lowest_30d']:.2f}")
    return "; ".join(clauses)


def _move(now: Decimal | None, price: Decimal, currency: str) -> str:
    if now is None:
        return f"Set to {price:.2f} {currency}"
    if price == now:
        return f"Kept at {price:.2f} {currency}"
    return f"{'Raised' if price > now else 'Lowered'} from {now:.2f} to {price:.2f} {currency}"


def _made_of(parts: Mapping[str, Any]) -> list[str]:
    if "target" not in parts:
        return []
    clauses = [f"cost {parts['cost']:.2f} at a margin of {parts['margin']:.0%} makes {parts['cost_plus']:.2f}"]
    if parts["competitor_used"] and parts["competitor_weight"]:
        clauses.append(
            f"moved {parts['competitor_weight']:.0%} of the way to the competitors' median {parts['competitor_median']:.2f} "
            f"({parts['competitor_count']} sellers)"
        )
    elif parts["why_no_competitor"]:
        clauses.append(f"no competitor price used: {parts['why_no_competitor']}")
    if parts["nudge"]:
        more = "more as" if parts["nudge"] > 0 else "less as"
        clauses.append(f"{abs(parts['nudge']):.0%} {more} the stock lasts {parts['cover_days']:.0f} days")
    return clauses
