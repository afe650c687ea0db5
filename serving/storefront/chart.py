"""A price history as points of an SVG, computed here so that a page needs no script to show it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from serving.schemas import PriceHistory, PricePoint
from serving.values import Money

WIDTH, HEIGHT = 760, 330
LEFT, RIGHT, TOP, BOTTOM = 68, 16, 18, 38
DRAWN = 6


@dataclass(frozen=True)
class Line:
    """One merchant's steps: an SVG path, its last point, and its colour's number."""

    name: str
    path: str
    end: tuple[float, float]
    last: Money
    colour: int


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Claim:
    """What a deal is measured by, in the reporting currency: its reference price, and the lowest price of the 30 days before."""

    since: date
    reference: float | None
    lowest_before: float | None


@dataclass(frozen=True)
class Chart:
    """Everything that templates/_chart.html draws, in its view box of WIDTH x HEIGHT.

    window: the shaded 30 days, the last ones or those before a deal's start; low: the lowest price in them.
    """

    lines: Sequence[Line]
    prices: Sequence[Tick]
    days: Sequence[Tick]
    low: Tick | None
    reference: Tick | None
    start: float | None
    window: tuple[float, float]
    currency: str
    hidden: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    least: float
    most: float

    def x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first).days / span, 1)

    def y(self, price: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (price - self.least) / (self.most - self.least), 1)


def draw(history: PriceHistory, names: Mapping[str, str], claim: Claim | None = None) -> Chart | None:
    """The chart of a history in the reporting currency; None when fewer than two days are known.

    names: merchant_id to name, in the order of importance; at most six merchants are drawn. claim: of the deal that is shown.
    """
    points = [point for point in history.points if point.low_reporting]
    if len({point.day for point in points}) < 2:
        return None
    place = {seller: index for index, seller in enumerate(names)}
    sellers = sorted({point.merchant_id for point in points}, key=lambda seller: (place.get(seller, len(place)), seller))
    shown = sellers[:DRAWN]
    last = max(point.day for point in points)
    prices = [_price(point) for point in points if point.merchant_id in shown]
    prices += [price for price in (claim.reference, claim.lowest_before) if price] if claim else []
    steps = _nice(min(prices), max(prices))
    scale = _Scale(min(point.day for point in points), last, steps[0], steps[-1])
    decimals = 0 if steps[1] - steps[0] >= 1 else 2
    return Chart(
        lines=[_line(seller, colour, points, scale, names) for colour, seller in enumerate(shown)],
        prices=[Tick(scale.y(step), f"{step:,.{decimals}f}") for step in steps],
        days=_months(scale),
        low=_level(claim.lowest_before if claim else _amount(history.lowest_30d), scale),
        reference=_level(claim.reference if claim else None, scale),
        start=scale.x(claim.since) if claim and scale.first <= claim.since <= last else None,
        window=_window(claim.since if claim else last, scale),
        currency=next(point.low_reporting.currency for point in points if point.low_reporting), hidden=len(sellers) - len(shown),
    )


def _amount(value: Money | None) -> float | None:
    return float(value.amount) if value else None


def _level(price: float | None, scale: _Scale) -> Tick | None:
    if price is None or not scale.least <= price <= scale.most:
        return None
    return Tick(scale.y(price), f"{price:.2f}")


def _window(end: date, scale: _Scale) -> tuple[float, float]:
    """The 30 days up to `end`, as far as they are drawn."""
    first, last = (min(max(day, scale.first), scale.last) for day in (end - timedelta(days=30), end))
    return scale.x(first), scale.x(last)


def _price(point: PricePoint) -> float:
    return float(point.low_reporting.amount) if point.low_reporting else 0.0


def _line(seller: str, colour: int, points: Sequence[PricePoint], scale: _Scale, names: Mapping[str, str]) -> Line:
    own = sorted((point for point in points if point.merchant_id == seller), key=lambda point: point.day)
    path = f"M{scale.x(own[0].day)} {scale.y(_price(own[0]))}"
    for point in own[1:]:
        path += f"H{scale.x(point.day)}V{scale.y(_price(point))}"
    end = own[-1]
    return Line(names.get(seller, seller), path, (scale.x(end.day), scale.y(_price(end))), end.low_reporting or end.low, colour)


def _nice(least: float, most: float) -> list[float]:
    """Round steps that enclose the prices, four to seven of them."""
    spread = max(most - least, most * 0.02, 0.05)
    raw = spread / 4
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw)
    first = math.floor((least - spread * 0.05) / step)
    count = math.ceil((most + spread * 0.05) / step) - first
    return [max(round((first + index) * step, 6), 0.0) for index in range(count + 1)]


def _months(scale: _Scale) -> list[Tick]:
    """The first of each month in the span; of a short span its ends."""
    ticks, day = [], scale.first.replace(day=1)
    while day <= scale.last:
        if day >= scale.first:
            ticks.append(Tick(scale.x(day), f"{day:%b}"))
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return ticks if len(ticks) > 1 else [Tick(scale.x(end), f"{end:%-d %b}") for end in (scale.first, scale.last)]
