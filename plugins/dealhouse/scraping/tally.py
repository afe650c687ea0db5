"""What a merchant's crawl cost and found, as figures: the `measured` of its batch and of raw.crawl_coverage."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KEPT_LATENCIES = 4096  # of one merchant; later ones replace the oldest


@dataclass
class Tally:
    """Requests sent, bytes received over the line, seconds until an answer's head came, and what went wrong."""

    requests: int = 0
    bytes: int = 0
    retries: int = 0
    breaker_opened: int = 0
    not_modified: int = 0
    latencies: list[float] = field(default_factory=list)

    def answered(self, seconds: float) -> None:
        if len(self.latencies) < KEPT_LATENCIES:
            self.latencies.append(seconds)
        else:
            self.latencies[self.requests % KEPT_LATENCIES] = seconds

    def as_dict(self) -> dict[str, Any]:
        """Latencies in milliseconds; None when nothing was answered."""
        ordered = sorted(self.latencies)
        return {
            "requests": self.requests, "bytes": self.bytes, "retries": self.retries, "breaker_opened": self.breaker_opened,
            "not_modified": self.not_modified, "latency_ms_p50": quantile(ordered, 0.5),
            "latency_ms_p95": quantile(ordered, 0.95),
        }


def quantile(ordered: list[float], share: float) -> float | None:
    """The nearest-rank quantile of sorted seconds, in milliseconds."""
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else None


@dataclass
class Yield:
    """What the documents held: how many offers had each field, why rows were refused."""

    offers: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def offer(self, names: Iterable[str]) -> None:
        self.offers += 1
        self.fields.update(iter(names))

    def add(self, other: "Yield") -> None:
        self.offers += other.offers
        self.fields.update(other.fields)
        self.reasons.update(other.reasons)

    def as_dict(self) -> dict[str, Any]:
        """fields: share of the offers that had it."""
        shares = {name: round(number / self.offers, 4) for name, number in sorted(self.fields.items())}
        return {"fields": shares, "reasons": dict(sorted(self.reasons.items()))}
