"""The shop's feeds: each kind polled after its cursor, landed as it came, loaded in the transaction that moves the cursor."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import requests
from sqlalchemy import Connection, text
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dealhouse.database import transaction
from dealhouse.errors import (
    BadInputError,
    ConfigurationError,
    DatabaseBusyError,
    DealhouseError,
    FetchRefusedError,
    FetchUnavailableError,
    together,
)
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.loading.load import LoadResult, load_news
from dealhouse.settings import settings

KINDS = (
    "fx_rates", "calendar_days", "weather_days", "products", "inventory_movements", "customers", "orders", "order_lines",
    "payments", "deliveries", "reviews", "promotions", "events", "marketing_spend", "exposures",
)
NOT_EVERYWHERE = frozenset({"deliveries", "marketing_spend", "exposures"})  # a shop that answers 404 keeps no such books
TIMEOUT = (5, 300)  # seconds to connect, seconds between bytes: a first poll waits until the shop has written its past
CHUNK = 1 << 20
TRIES = 4
NOT_FOUND = 404
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

LOCK_CURSOR = text("select pg_advisory_xact_lock(hashtextextended(:name, 1))")
READ_CURSOR = text("select cursor from raw.feed_cursors where shop_id = :shop_id and kind = :kind")
MOVE_CURSOR = text(
    "insert into raw.feed_cursors (shop_id, kind, cursor, batch_id, as_of) values (:shop_id, :kind, :cursor, :batch_id, :as_of) "
    "on conflict (shop_id, kind) do update set cursor = excluded.cursor, batch_id = excluded.batch_id, as_of = excluded.as_of"
)


def poll_all(as_of: datetime) -> list[LoadResult]:
    """Poll every kind, reference data first; kinds with nothing new are left out, and one that fails stops no other.

    Raises, after all were tried, one error that names every failure; ConfigurationError at once.
    """
    results, failures = [], []
    for kind in KINDS:
        try:
            found = poll(kind, as_of)
        except ConfigurationError:
            raise
        except DealhouseError as error:
            failures.append(error)
        else:
            results += [found] if found else []
    if failures:
        raise together(failures)
    return results


def poll(kind: str, as_of: datetime) -> LoadResult | None:
    """Land and load what is new of one kind; None when nothing is, or when the shop has no such feed and need not.

    Raises BadInputError for an unknown kind, ConfigurationError without a feed URL, FetchRefusedError or FetchUnavailableError
    when the shop does not answer as it should. A poll that dies anywhere is repeated from the same cursor.
    """
    if kind not in KINDS:
        raise BadInputError(f"unknown feed {kind!r}; known are {', '.join(KINDS)}", "kind")
    before = _cursor(kind)
    fetched = _land(kind, before, as_of)
    if fetched is None:
        return None
    batch, after = fetched
    return load_news(batch, as_of, within=lambda connection, batch_id: _move(connection, kind, (before, after), batch_id, as_of))


def _cursor(kind: str, connection: Connection | None = None) -> str | None:
    if connection is None:
        with transaction("loader") as own:
            return _cursor(kind, own)
    found: str | None = connection.execute(READ_CURSOR, {"shop_id": settings().shop_id, "kind": kind}).scalar()
    return found


def _move(connection: Connection, kind: str, cursors: tuple[str | None, str], batch_id: str, as_of: datetime) -> None:
    """Move the cursor from where this poll found it. Raises DatabaseBusyError when another poll did so meanwhile."""
    before, after = cursors
    shop_id = settings().shop_id
    connection.execute(LOCK_CURSOR, {"name": f"{shop_id}/{kind}"})
    if _cursor(kind, connection) not in (before, after):
        raise DatabaseBusyError(f"another poll of {kind} loaded these rows meanwhile")
    connection.execute(MOVE_CURSOR, {"shop_id": shop_id, "kind": kind, "cursor": after, "batch_id": batch_id, "as_of": as_of})


def _land(kind: str, cursor: str | None, as_of: datetime) -> tuple[Batch, str] | None:
    tries = Retrying(
        retry=retry_if_exception_type(FetchUnavailableError), stop=stop_after_attempt(TRIES),
        wait=wait_random_exponential(multiplier=0.5, max=10), reraise=True,
    )
    return tries(_land_once, kind, cursor, as_of)


def _land_once(kind: str, cursor: str | None, as_of: datetime) -> tuple[Batch, str] | None:
    url = _feed_url(kind)
    writer = BatchWriter(open_store(), source="shop", merchant_id=settings().shop_id, kind=f"shop_{kind}", as_of=as_of)
    with writer, _answer(url, cursor) as answer:
        if answer.status_code == NOT_FOUND and kind in NOT_EVERYWHERE:
            return None
        _check(answer, url)
        rows = 0
        for line in _lines(answer, url):
            writer.record_line(line)
            rows += 1
        return (writer.close(), answer.headers["X-Next-Cursor"]) if rows else None


def _feed_url(kind: str) -> str:
    if not settings().shop_feed_url:
        raise ConfigurationError("DEALHOUSE_SHOP_FEED_URL is not set: there is no shop to poll")
    return f"{settings().shop_feed_url.rstrip('/')}/feeds/{kind}"


@contextmanager
def _answer(url: str, cursor: str | None) -> Iterator[requests.Response]:
    headers = {"User-Agent": settings().user_agent, "Accept": "application/x-ndjson"}
    try:
        answer = requests.get(url, params={"after": cursor} if cursor else None, headers=headers, stream=True, timeout=TIMEOUT)
    except requests.RequestException as error:
        raise FetchUnavailableError(url, type(error).__name__) from error
    with answer:
        yield answer


def _check(answer: requests.Response, url: str) -> None:
    if answer.status_code in TRANSIENT:
        raise FetchUnavailableError(url, f"HTTP {answer.status_code}")
    if not answer.ok:
        raise FetchRefusedError(url, f"HTTP {answer.status_code}")
    if "X-Next-Cursor" not in answer.headers:
        raise FetchRefusedError(url, "the answer names no X-Next-Cursor")


def _lines(answer: requests.Response, url: str) -> Iterator[bytes]:
    try:
        for line in answer.iter_lines(CHUNK, delimiter=b"\n"):
            if line:
                yield line
    except requests.RequestException as error:
        raise FetchUnavailableError(url, f"cut off: {type(error).__name__}") from error
