"""Layout drift: a merchant whose rows suddenly lack a field that they had, judged by the merchant's own last crawls.

A coverage (share of rows with a field, 0 to 1) breaks when it falls below the median of the history by more than three robust
standard deviations (1.4826 * MAD: Rousseeuw and Croux 1993), by more than chance explains for so many rows, and by a tenth.
Crawls with few rows, and merchants with a short history, are not judged.
"""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.alerts import raise_alert
from dealhouse.database import transaction

HISTORY = 20  # crawls that make up what is usual
LEAST_HISTORY = 5
LEAST_ROWS = 20
LEAST_FALL = 0.10
DEVIATIONS = 3.0
MAD_TO_SIGMA = 1.4826
GAP = 3  # sound crawls after which the next break is a new episode
TOGETHER = 500  # merchants read at a time
ROOM = "ingest_offers"
# what a parser refuses a row for is a field that the row lacks
LACKS = {
    "missing_price": "price", "invalid_price": "price", "missing_title": "title", "missing_currency": "currency",
    "invalid_currency": "currency", "missing_id": "id",
}
# these come and go with the merchant's sales, whatever its layout
OF_SALES = frozenset(("reference_price", "reference_kind", "sale_start", "sale_end", "coupon_code", "terms", "flags"))
ROWS = "sound row"  # the coverage that falls when rows are refused for whatever other reason

CRAWLED = text(
    "select merchant_id from raw.crawl_coverage where observed_at = :as_of and status <> 'failed' and measured is not null "
    "order by merchant_id"
)
LOOKS = text(
    "select looks.* from unnest(cast(:ids as text[])) as m (merchant_id) cross join lateral ("
    "select c.merchant_id, c.crawl_id, c.observed_at, c.measured, l.rows_received, l.rows_rejected "
    "from raw.crawl_coverage c join raw.load_ledger l on l.batch_id = c.batch_id and l.rows_received >= :least "
    "where c.merchant_id = m.merchant_id and c.observed_at <= :as_of and c.measured is not null "
    "order by c.observed_at desc limit :most) looks order by merchant_id, observed_at"
)
TOLD = text(
    "select exists (select from ops.alerts where room = :room and detail ->> 'merchant_id' = :merchant_id "
    "and detail ->> 'kind' = 'drift' and jsonb_exists(detail -> 'fields', :field) and as_of >= :since)"
)


@dataclass(frozen=True)
class Look:
    """What one crawl's rows held: how many came, and the share of them with each field."""

    merchant_id: str
    crawl_id: str
    observed_at: datetime
    rows: int
    shares: Mapping[str, float]

    def rows_behind(self, field: str) -> int:
        """The rows that say something of a field: all of them of what an offer must have, the offers of the rest."""
        return self.rows if field == ROWS or field in LACKS.values() else round(self.rows * self.shares.get(ROWS, 1.0))


@dataclass(frozen=True)
class Break:
    """A coverage that fell out of its history: from its median `before` to `now`."""

    field: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.field} coverage fell from {self.before:.0%} to {self.now:.0%}".replace("%", " %")


def shares(fields: Mapping[str, float], reasons: Mapping[str, int], received: int, rejected: int) -> dict[str, float]:
    """Coverages of a crawl's rows. fields: by offers (rows that were no offer say nothing of them); reasons: rejected rows."""
    found = {field: share for field, share in fields.items() if field not in OF_SALES} | {ROWS: 1 - rejected / received}
    lacking: dict[str, int] = {}
    for reason, rows in reasons.items():
        if reason in LACKS:
            lacking[LACKS[reason]] = lacking.get(LACKS[reason], 0) + rows
    return found | {field: 1 - lacking.get(field, 0) / received for field in set(LACKS.values())}


def broken(history: Sequence[Look], now: Look) -> list[Break]:
    """The coverages of `now` that its history (oldest first) does not explain, the deepest fall first."""
    usual = history[-HISTORY:]
    fields = {field for look in usual for field in look.shares}
    found = [_judge(usual, now, field) for field in fields]
    breaks = sorted((one for one in found if one is not None), key=lambda one: (one.now - one.before, one.field))
    named = [one for one in breaks if one.field != ROWS]
    # rows refused for want of a price are told as the price's fall, once
    return named if any(one.field in LACKS.values() for one in named) else breaks


def _judge(usual: Sequence[Look], now: Look, field: str) -> Break | None:
    values = [look.shares.get(field, 0.0) for look in usual if look.rows_behind(field) >= LEAST_ROWS]
    rows = now.rows_behind(field)
    if len(values) < LEAST_HISTORY or rows < LEAST_ROWS:
        return None
    before, share = statistics.median(values), now.shares.get(field, 0.0)
    deviation = MAD_TO_SIGMA * statistics.median(abs(value - before) for value in values)
    likely = min(max(before, 0.05), 0.95)
    chance = math.sqrt(likely * (1 - likely) / rows)
    slack = max(LEAST_FALL, DEVIATIONS * deviation, DEVIATIONS * chance)
    return Break(field, round(before, 4), round(share, 4)) if share < before - slack else None


def began(looks: Sequence[Look], field: str) -> datetime:
    """When the episode of the newest look's break began: the first break before it without more than GAP sound looks between."""
    start, sound = len(looks) - 1, 0
    for place in range(len(looks) - 2, -1, -1):
        if any(one.field == field for one in broken(looks[:place], looks[place])):
            start, sound = place, 0
        else:
            sound += 1
        if sound > GAP:
            break
    return looks[start].observed_at


def watch(as_of: datetime) -> int:
    """Raise an alert for each merchant that drifted in the crawl of `as_of`, once per episode and field; how many there were."""
    raised = 0
    with transaction("loader") as connection:
        ids: list[str] = list(connection.execute(CRAWLED, {"as_of": as_of}).scalars())
        for start in range(0, len(ids), TOGETHER):
            for looks in _histories(connection, ids[start : start + TOGETHER], as_of, HISTORY + 1):
                raised += looks[-1].observed_at == as_of and _tell(connection, looks, as_of)
    return raised


def _tell(connection: Connection, looks: list[Look], as_of: datetime) -> bool:
    breaks, now = broken(looks[:-1], looks[-1]), looks[-1]
    if not breaks:
        return False
    (longer,) = _histories(connection, [now.merchant_id], as_of, 2 * HISTORY + GAP)
    news = [one for one in breaks if not _is_told(connection, now.merchant_id, one.field, began(longer, one.field))]
    if not news:
        return False
    raise_alert(ROOM, "warning", f"{now.merchant_id} drifted: {'; '.join(map(str, news))}", as_of, {
        "kind": "drift", "merchant_id": now.merchant_id, "crawl_id": now.crawl_id, "rows": now.rows,
        "fields": {one.field: [one.before, one.now] for one in news},
    })
    return True


def _is_told(connection: Connection, merchant_id: str, field: str, since: datetime) -> bool:
    known = {"room": ROOM, "merchant_id": merchant_id, "field": field, "since": since}
    return bool(connection.execute(TOLD, known).scalar())


def _histories(connection: Connection, ids: Iterable[str], as_of: datetime, most: int) -> Iterator[list[Look]]:
    """The last looks of each merchant, oldest first; those that brought too few rows are left out."""
    rows = connection.execute(LOOKS, {"ids": list(ids), "as_of": as_of, "most": most, "least": LEAST_ROWS}).all()
    for _, group in groupby(rows, key=lambda row: row.merchant_id):
        yield [_look(row) for row in group]


def _look(row: Any) -> Look:  # noqa: ANN401 (a row of LOOKS)
    fields, reasons = row.measured.get("fields") or {}, row.measured.get("reasons") or {}
    found = shares(fields, reasons, row.rows_received, row.rows_rejected)
    return Look(row.merchant_id, row.crawl_id, row.observed_at, row.rows_received, found)
