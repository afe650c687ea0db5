"""The access log: what was asked for and how many rows of offers went out, each counted once per crawl (merchant and day)."""

import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

RECENT = 20_000


@dataclass(frozen=True)
class Access:
    """One request. `at` is a monotonic clock in seconds: politeness is judged by it."""

    at: float
    day: int
    merchant_id: str
    path: str
    status: int
    size: int
    user_agent: str


@dataclass
class Visit:
    """One merchant on one day: `rows` maps a document's address to (records, broken) as last served in full."""

    requests: int = 0
    size: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    private: int = 0

    @property
    def records(self) -> int:
        return sum(records for records, _ in self.rows.values())

    @property
    def broken(self) -> int:
        return sum(broken for _, broken in self.rows.values())


class AccessLog:
    """Counts for every day and merchant, and the most recent requests."""

    def __init__(self) -> None:
        self.recent: deque[Access] = deque(maxlen=RECENT)
        self._visits: dict[int, dict[str, Visit]] = defaultdict(lambda: defaultdict(Visit))

    def note(self, access: Access, address: str, rows: tuple[int, int] | None) -> None:
        """`rows` = (records, broken) of a document sent in full, None for anything else."""
        visit = self._visits[access.day][access.merchant_id]
        visit.requests += 1
        visit.size += access.size
        visit.statuses[access.status] += 1
        visit.private += access.path.startswith("/private")
        if rows and rows[0]:
            visit.rows[address] = rows
        self.recent.append(access)

    def served(self, day: int) -> dict[str, object]:
        """The answer of /control/served for that day."""
        visits = self._visits.get(day, {})
        merchants = {
            merchant_id: {
                "records": visit.records,
                "broken": visit.broken,
                "requests": visit.requests,
                "bytes": visit.size,
                "statuses": {str(status): count for status, count in sorted(visit.statuses.items())},
                "private": visit.private,
            }
            for merchant_id, visit in sorted(visits.items())
        }
        total, broken = (sum(getattr(visit, name) for visit in visits.values()) for name in ("records", "broken"))
        return {"merchants": merchants, "total": total, "broken": broken}


def now() -> float:
    """The log's clock."""
    return time.monotonic()
