"""How the API is doing, for Prometheus: requests, seconds, and the versions served."""

from collections.abc import Mapping
from typing import TypedDict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from serving.db import Pointer

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5)


class _Kept(TypedDict):
    registry: CollectorRegistry
    namespace: str


class Metrics:
    """One registry an application, so that two applications of one process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        kept = _Kept(registry=self._registry, namespace="dealhouse")
        self._requests = Counter("api_requests", "Requests answered", ("method", "route", "status"), **kept)
        self._seconds = Histogram("api_request_seconds", "Seconds to answer", ("method", "route"), buckets=BUCKETS, **kept)
        self._versions = Gauge("published_version", "The live version", ("dataset",), **kept)
        self._as_of = Gauge("published_as_of_seconds", "The live version's as_of, as Unix time", ("dataset",), **kept)
        self._events = Counter("events", "Events received", ("outcome",), **kept)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def events(self, accepted: int, duplicates: int) -> None:
        self._events.labels("accepted").inc(accepted)
        self._events.labels("duplicate").inc(duplicates)

    def seen(self, pointers: Mapping[str, Pointer]) -> None:
        for dataset, pointer in pointers.items():
            self._versions.labels(dataset).set(pointer.version)
            self._as_of.labels(dataset).set(pointer.as_of.timestamp())

    def exposition(self) -> bytes:
        return generate_latest(self._registry)
