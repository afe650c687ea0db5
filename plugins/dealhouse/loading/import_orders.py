"""A user's own order export becomes a shop: landed and loaded like any feed, in a database of its own.

Lines received = order lines loaded + rejects. Importing the same file with the same mapping again changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.import_offers import Progress
from dealhouse.loading.land_lines import Judged, Record, RefusedLineError, hour_after, judged, land_lines
from dealhouse.loading.order_facts import OrderFacts
from dealhouse.loading.orders_mapping import Mapping
from dealhouse.loading.polled import refuse_polled
from dealhouse.loading.table_file import Line, read_lines
from dealhouse.settings import settings


@dataclass(frozen=True)
class OrdersResult:
    """`received` lines of the file = `loaded` order lines + `rejected`; what they implied; the instant all of it is known at.

    currency, timezone: the shop's, as its mapping says.
    """

    received: int
    loaded: int
    rejected: int
    orders: int
    customers: int
    products: int
    as_of: datetime
    currency: str
    timezone: str


def import_orders(
    path: Path, mapping: Mapping, *, as_of: datetime | None = None, progress: Progress = lambda _: None,
    store: Store | None = None,
) -> OrdersResult:
    """Import an export. as_of: when it is known; None = the first full hour after its last line.

    Raises BadInputError for an unreadable file, a missing column, a file without a single dated line, or a database whose shop
    is polled: two shops are never mixed.
    """
    refuse_polled()
    place = store or open_store()
    facts = OrderFacts(mapping)
    moment = as_of or hour_after(_last(path, facts), path)
    read = read_lines(path, mapping.columns.named(), mapping)
    lines = land_lines(_writer(place, "order_lines", moment), judged(read, facts.read, _kept), moment)
    progress(lines)
    derived = {}
    for kind, rows in (("products", facts.products()), ("customers", facts.customers()), ("orders", facts.orders())):
        derived[kind] = land_lines(_writer(place, kind, moment), map(Judged, rows), moment)
        progress(derived[kind])
    return OrdersResult(
        lines.received, lines.loaded, lines.rejected, derived["orders"].loaded, derived["customers"].loaded,
        derived["products"].loaded, moment, mapping.currency, mapping.timezone,
    )


def _kept(line: Line) -> Record:
    """A refused line without who ordered."""
    return {name: value for name, value in line.items() if name != "customer_id"}


def _writer(store: Store, kind: str, moment: datetime) -> BatchWriter:
    return BatchWriter(store, source="shop", merchant_id=settings().shop_id, kind=f"shop_{kind}", as_of=moment)


def _last(path: Path, facts: OrderFacts) -> datetime | None:
    """The last instant that a line names."""
    last: datetime | None = None
    for line in read_lines(path, facts.mapping.columns.named(), facts.mapping):
        try:
            at = facts.instant(line["event_at"])
        except RefusedLineError:
            continue
        last = at if last is None or at > last else last
    return last
