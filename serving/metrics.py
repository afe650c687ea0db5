"""How the API is doing, for Prometheus: requests, seconds, refusals, the pool, the shelf, and the versions served.

Each worker tells of itself.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from serving.db import Pointer
from serving.shelf import Shelf

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5)


class _Kept(TypedDict):
    registry: CollectorRegistry
    namespace: str


class Metrics:
    """One registry an application, so that two applications of one process do not meet."""

    def __init__(self, shelf: Shelf) -> None:
        self._registry = CollectorRegistry()
        kept = _Kept(registry=self._registry, namespace="dealhouse")
        self._requests = Counter("api_requests", "Requests answered", ("method", "route", "status"), **kept)
        self._seconds = Histogram("api_request_seconds", "Seconds to answer", ("method", "route"), buckets=BUCKETS, **kept)
        self._events = Counter("events", "Events received", ("outcome",), **kept)
        self._limited = Counter("api_rate_limited", "Requests refused with 429", ("policy",), **kept)
        self._pointers: Mapping[str, Pointer] = {}
        self.pool: Callable[[], Mapping[str, int]] = dict
        self._registry.register(_Now(self, shelf))

    @property
    def pointers(self) -> Mapping[str, Pointer]:
        """The versions that were live when last somebody looked."""
        return self._pointers

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def events(self, accepted: int, duplicates: int) -> None:
        self._events.labels("accepted").inc(accepted)
        self._events.labels("duplicate").inc(duplicates)

    def limited(self, policy: str) -> None:
        self._limited.labels(policy).inc()

    def seen(self, pointers: Mapping[str, Pointer]) -> None:
        self._pointers = pointers

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class _Now(Collector):
    """What is not counted but looked up when Prometheus asks."""

    def __init__(self, metrics: Metrics, shelf: Shelf) -> None:
        self._metrics, self._shelf = metrics, shelf

    def collect(self) -> Iterable[Metric]:
        yield from self._versions()
        pool = self._metrics.pool()
        connections = GaugeMetricFamily("dealhouse_api_pool_connections", "Connections to Postgres", labels=["state"])
        connections.add_metric(["open"], pool.get("pool_size", 0))
        connections.add_metric(["idle"], pool.get("pool_available", 0))
        yield connections
        yield GaugeMetricFamily("dealhouse_api_pool_waiting", "Requests that wait for one", pool.get("requests_waiting", 0))
        shelf = CounterMetricFamily("dealhouse_api_shelf_lookups", "Products looked for on the shelf", labels=["outcome"])
        shelf.add_metric(["hit"], self._shelf.hits)
        shelf.add_metric(["miss"], self._shelf.misses)
        yield shelf

    def _versions(self) -> Iterable[Metric]:
        version = GaugeMetricFamily("dealhouse_published_version", "The live version", labels=["dataset"])
        as_of = GaugeMetricFamily("dealhouse_published_as_of_seconds", "Its as_of, as Unix time", labels=["dataset"])
        age = GaugeMetricFamily("dealhouse_published_age_seconds", "Seconds since its as_of", labels=["dataset"])
        for dataset, pointer in self._metrics.pointers.items():
            version.add_metric([dataset], pointer.version)
            as_of.add_metric([dataset], pointer.as_of.timestamp())
            age.add_metric([dataset], time.time() - pointer.as_of.timestamp())
        return version, as_of, age
