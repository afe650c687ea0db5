"""Were the visitors polite? Judged at the door of each merchant: spacing, Retry-After, robots.txt, how many at once.

A request is noted with the two moments between which it came: our own loop may have been busy, and what waited for us must not
look like haste. Only what no delay of ours explains is a violation.
"""

import selectors
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

POLLS = 8  # rounds of the loop from before the kernel's accept to our handler, at most
CLOSED = ("/private", "/cart")
TOLERANCE = 0.005  # seconds: two clocks


class NotingSelector(selectors.DefaultSelector):
    """Remembers when the loop last looked for news: what it finds in a round came after the round before."""

    def __init__(self) -> None:
        super().__init__()
        self.polls: deque[float] = deque([time.monotonic()] * POLLS, maxlen=POLLS)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout)
        self.polls.append(time.monotonic())
        return found

    @property
    def earliest(self) -> float:
        """When what is handled now may have come at the earliest."""
        return self.polls[0]


@dataclass
class Host:
    """One merchant's visitors. Moments are monotonic seconds; `not_before` is what our Retry-After asked for."""

    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    last_earliest: float | None = None
    smallest_gap: float | None = None
    not_before: float = 0.0
    violations: Counter[str] = field(default_factory=Counter)


class Manners:
    """Every merchant's visitors; `spacing` and `most_in_flight` are what the registry and the house rules ask for."""

    def __init__(self, spacing: float, per_host: int = 2, clock: Callable[[], float] = time.monotonic) -> None:
        self.spacing, self.per_host, self.clock = spacing, per_host, clock
        self.hosts: dict[str, Host] = {}
        self.strays = 0
        self.in_flight = self.most_in_flight = 0

    def came(self, merchant_id: str, path: str, earliest: float, *, all_closed: bool = False) -> None:
        """A request is here. earliest: when it may have come; all_closed: nothing but robots.txt is open."""
        host, now = self.hosts.setdefault(merchant_id, Host()), self.clock()
        host.requests += 1
        host.in_flight += 1
        self.in_flight += 1
        host.most_in_flight = max(host.most_in_flight, host.in_flight)
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if host.last_earliest is not None:
            gap = now - host.last_earliest
            host.smallest_gap = gap if host.smallest_gap is None else min(host.smallest_gap, gap)
            host.violations["spacing"] += gap < self.spacing - TOLERANCE
        host.last_earliest = earliest
        host.violations["retry_after"] += now < host.not_before - TOLERANCE
        host.violations["in_flight"] += host.in_flight > self.per_host
        host.violations["robots"] += path != "/robots.txt" and (all_closed or path.startswith(CLOSED))

    def asked_to_wait(self, merchant_id: str, seconds: float) -> None:
        """We answered with a Retry-After."""
        self.hosts[merchant_id].not_before = self.clock() + seconds

    def went(self, merchant_id: str) -> None:
        """The answer is out, or the visitor gave up."""
        self.hosts[merchant_id].in_flight -= 1
        self.in_flight -= 1

    def told(self) -> dict[str, object]:
        """The answer of /control/manners: violations by kind, and by merchant where there are any."""
        total: Counter[str] = Counter(dict.fromkeys(("spacing", "retry_after", "in_flight", "robots"), 0))
        for host in self.hosts.values():
            total.update(host.violations)
        gaps = [host.smallest_gap for host in self.hosts.values() if host.smallest_gap is not None]
        return {
            "spacing_seconds": self.spacing,
            "requests": sum(host.requests for host in self.hosts.values()),
            "merchants": len(self.hosts),
            "violations": {**total, "private_address": self.strays},
            "smallest_gap": min(gaps, default=None),
            "most_in_flight": self.most_in_flight,
            "most_in_flight_per_host": max((host.most_in_flight for host in self.hosts.values()), default=0),
            "offenders": {
                name: {"violations": +host.violations, "requests": host.requests, "smallest_gap": host.smallest_gap}
                for name, host in self.hosts.items() if +host.violations
            },
        }
