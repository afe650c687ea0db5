"""What a suite must know beside its own rows: what the world gave us, and how large the live release is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from expectations.report import Severity

KNOWN = text("""
    select exists (select from raw.offer_observations) as offers, exists (select from raw.shop_products) as articles,
        exists (select from raw.shop_customers) as customers, exists (select from raw.shop_orders) as orders,
        (select max(loaded_at) - min(event_at) >= interval '2 days' from raw.shop_orders) is true as days
""")


@dataclass(frozen=True)
class Surroundings:
    """offers, articles, customers, orders: whether raw holds any; days: whether a whole day of orders is among them.

    live_rows: rows of each dataset that shoppers see now.
    """

    offers: bool = True
    articles: bool = True
    customers: bool = True
    orders: bool = True
    days: bool = True
    live_rows: Mapping[str, int] = field(default_factory=dict)

    def least(self, dataset: str, share: float) -> int:
        """Fewer rows than this share of the live release is a collapse; without one, a single row will do."""
        return max(1, int(self.live_rows.get(dataset, 0) * share))


def needed(condition: bool) -> Severity:
    """An empty dataset blocks when the world gave what it is made from; else it is only worth a word."""
    return "block" if condition else "warn"


def look_around(connection: Connection) -> Surroundings:
    known = connection.execute(KNOWN).one()
    live = {row.dataset: row.rows for row in connection.execute(text("select dataset, rows from publish.current"))}
    return Surroundings(**known._mapping, live_rows=live)
