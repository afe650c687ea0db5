"""A merchant's shop window on one day: its listings with that day's price. Formats render it, history tells it."""

from dataclasses import dataclass

from bazaar import clock
from bazaar.market import NONE, PERMANENT, Days, Market
from bazaar.merchants import Merchant
from bazaar.offers import Listing
from bazaar.world import World


@dataclass(frozen=True, slots=True)
class Row:
    """One listing on one day. Money in cents of the merchant's currency; `reference` 0 = none; days are the bazaar's."""

    listing: Listing
    price: int
    reference: int
    in_stock: bool
    sale_first: int | None
    sale_last: int | None
    changed: int


@dataclass(frozen=True)
class Window:
    """What a merchant shows on a day: `rows` in feed order, broken ones among them; `changed` is the last day of any change."""

    merchant: Merchant
    day: int
    rows: tuple[Row, ...]
    changed: int

    @property
    def base_url(self) -> str:
        return self.merchant.base_url

    @property
    def broken(self) -> int:
        return sum(1 for row in self.rows if row.listing.broken)


def money(cents: int) -> str:
    """Cents as a decimal string: 1299 is `12.99`."""
    return f"{cents // 100}.{cents % 100:02d}"


def sale_dates(row: Row) -> tuple[str, str] | None:
    """(start, end) of a sale that declares them, as `2026-05-01T10:15+0000`."""
    if row.sale_first is None or row.sale_last is None:
        return None
    first, last = clock.instant(row.sale_first), clock.instant(row.sale_last + 1)
    return first.strftime("%Y-%m-%dT%H:%M%z"), last.strftime("%Y-%m-%dT%H:%M%z")


def row_at(listing: Listing, days: Days, place: int) -> Row:
    """The row of that listing in column `place` of a block of days."""
    number = listing.number
    kind = int(days.kind[number, place])
    dated = kind not in (NONE, PERMANENT)
    return Row(
        listing=listing,
        price=int(days.price[number, place]),
        reference=int(days.reference[number, place]),
        in_stock=bool(days.in_stock[number, place]),
        sale_first=int(days.sale_first[number, place]) if dated else None,
        sale_last=int(days.sale_last[number, place]) if dated else None,
        changed=int(days.changed[number, place]),
    )


def window(world: World, days: Days, number: int, day: int) -> Window:
    """The shop window of merchant `number`; `days` holds that one day."""
    return shop_window(world.merchants[number], world.listings_of[number], world.market, days, day)


def shop_window(merchant: Merchant, listings: list[Listing], market: Market, days: Days, day: int) -> Window:
    """The window of a merchant whose listings are the market's, among others or alone; `days` holds that one day."""
    rows = tuple(row_at(item, days, 0) for item in listings if item.broken or days.listed[item.number, 0])
    ended = [int(gone) + 1 for gone in market.traits.gone[[item.number for item in listings], 0] if gone < day]
    changed = max([int(days.changed[item.number, 0]) for item in listings if not item.broken] + ended, default=market.first_day)
    return Window(merchant, day, rows, min(changed, day))
