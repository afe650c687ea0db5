import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from dealhouse.errors import (
    BadInputError,
    ConfigurationError,
    DatabaseBusyError,
    FetchRefusedError,
    FetchUnavailableError,
    PermanentError,
    SourceSchemaError,
)
from dealhouse.landing.batch import landed
from dealhouse.landing.store import open_store
from dealhouse.loading.load import load_batch
from dealhouse.scraping import shop_feed
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ORDER = {
    "order_id": "1", "native_customer_id": "c-77", "status": "paid", "country": "DE", "currency": "EUR", "total": "12.50",
    "event_at": "2026-05-01T08:00:00Z", "updated_at": "2026-05-01T08:00:00Z",
}


class Shop(BaseHTTPRequestHandler):
    """A shop whose feed is a list of lines; a cursor is how many of them were given."""

    lines: ClassVar[list[str]] = []
    failures: ClassVar[list[int]] = []
    asked: ClassVar[list[str | None]] = []
    refused: ClassVar[tuple[str, ...]] = ()
    cut_off = False

    def do_GET(self) -> None:
        after = parse_qs(urlsplit(self.path).query).get("after", [None])[0]
        self.asked.append(after)
        if self.failures or urlsplit(self.path).path.rsplit("/", 1)[1] in self.refused:
            self.send_error(self.failures.pop(0) if self.failures else 403)
            return
        body = "".join(line + "\n" for line in self.lines[int(after or 0):]).encode()
        self.send_response(200)
        self.send_header("X-Next-Cursor", str(len(self.lines)))
        self.send_header("Content-Length", str(len(body) + (500 if self.cut_off else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def shop(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Shop]]:
    class Ours(Shop):
        lines: ClassVar[list[str]] = [json.dumps(ORDER)]
        failures: ClassVar[list[int]] = []
        asked: ClassVar[list[str | None]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ours)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DEALHOUSE_SHOP_FEED_URL", f"http://127.0.0.1:{server.server_port}/shop/v1")
    settings.cache_clear()
    yield Ours
    server.shutdown()
    server.server_close()


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_a_poll_takes_only_what_is_new(shop: type[Shop], warehouse: str) -> None:
    first = shop_feed.poll("orders", AS_OF)
    assert first is not None
    assert (first.received, first.loaded) == (1, 1)
    assert shop_feed.poll("orders", AS_OF) is None
    shop.lines.append(json.dumps({**ORDER, "order_id": "2"}))
    second = shop_feed.poll("orders", AS_OF)
    assert second is not None
    assert second.loaded == 1
    assert shop.asked == [None, "1", "1"]
    assert ask(warehouse, "select order_id from raw.shop_orders order by 1") == [("1",), ("2",)]


@pytest.mark.usefixtures("shop")
def test_the_native_customer_id_stays_in_the_restricted_table(warehouse: str) -> None:
    shop_feed.poll("orders", AS_OF)
    ((key, row),) = ask(warehouse, "select customer_key, to_jsonb(o)::text from raw.shop_orders o")
    assert "c-77" not in row
    assert ask(warehouse, "select customer_key, native_customer_id from raw.customer_identities") == [(key, "c-77")]


def test_a_broken_record_is_kept_as_a_reject(shop: type[Shop], warehouse: str) -> None:
    shop.lines.append(json.dumps({**ORDER, "order_id": "2", "currency": "euros"}))
    result = shop_feed.poll("orders", AS_OF)
    assert result is not None
    assert (result.received, result.loaded, result.rejected) == (2, 1, 1)
    assert ask(warehouse, "select reason from raw.rejects") == [("invalid_currency",)]


def test_a_shop_that_comes_back_is_polled_to_the_end(shop: type[Shop]) -> None:
    shop.failures.extend([503, 429])
    assert shop_feed.poll("orders", AS_OF) is not None
    assert len(shop.asked) == 3


def test_a_refusal_is_not_retried(shop: type[Shop]) -> None:
    shop.failures.append(403)
    with pytest.raises(FetchRefusedError, match="HTTP 403"):
        shop_feed.poll("orders", AS_OF)
    assert len(shop.asked) == 1


def test_an_answer_cut_off_moves_no_cursor_and_loads_nothing(shop: type[Shop], warehouse: str) -> None:
    shop.cut_off = True
    with pytest.raises(FetchUnavailableError, match="cut off"):
        shop_feed.poll("orders", AS_OF)
    assert ask(warehouse, "select (select count(*) from raw.feed_cursors), (select count(*) from raw.load_ledger)") == [(0, 0)]


@pytest.mark.usefixtures("warehouse")
def test_what_cannot_be_polled_is_named() -> None:
    with pytest.raises(BadInputError, match="unknown feed 'wishes'"):
        shop_feed.poll("wishes", AS_OF)
    with pytest.raises(ConfigurationError, match="DEALHOUSE_SHOP_FEED_URL"):
        shop_feed.poll("orders", AS_OF)


def test_two_polls_at_once_load_the_rows_once(shop: type[Shop], warehouse: str) -> None:
    mine = shop_feed._land("orders", None, AS_OF.replace(day=6))
    assert mine is not None
    assert shop_feed.poll("orders", AS_OF) is not None
    shop.lines.append(json.dumps({**ORDER, "order_id": "2"}))
    assert shop_feed.poll("orders", AS_OF) is not None
    batch, after = mine
    moved = (None, after + "0")
    with pytest.raises(DatabaseBusyError):
        load_batch(batch, AS_OF, within=lambda connection, _: shop_feed._move(connection, "orders", moved, "b", AS_OF))
    assert ask(warehouse, "select order_id from raw.shop_orders order by 1") == [("1",), ("2",)]


def test_a_feed_that_not_every_shop_has_may_be_missing_and_no_other(shop: type[Shop]) -> None:
    shop.failures += [404, 404]
    assert shop_feed.poll("marketing_spend", AS_OF) is None
    with pytest.raises(FetchRefusedError, match="404"):
        shop_feed.poll("orders", AS_OF)


def test_one_kind_that_is_refused_stops_no_other_and_all_are_named(shop: type[Shop], warehouse: str) -> None:
    shop.refused = ("fx_rates", "payments")
    with pytest.raises(PermanentError, match=r"FetchRefusedError: HTTP 403: \S+/fx_rates; FetchRefusedError: .*/payments"):
        shop_feed.poll_all(AS_OF)
    assert ask(warehouse, "select count(*) from raw.shop_orders") == [(1,)]
    polled = set(shop_feed.KINDS) - set(shop.refused)
    assert ask(warehouse, "select kind from raw.feed_cursors order by 1") == [(kind,) for kind in sorted(polled)]


def test_what_its_columns_refuse_leaves_nothing_behind_however_often_it_comes(shop: type[Shop], warehouse: str) -> None:
    without = {name: value for name, value in ORDER.items() if name != "status"}
    shop.lines[:] = [json.dumps({**without, "order_id": str(number)}) for number in range(20)]
    for hour in (10, 11):
        with pytest.raises(SourceSchemaError, match="status is missing"):
            shop_feed.poll("orders", AS_OF.replace(hour=hour))
    assert list(open_store().list("landing/")) == []
    shop.lines[:] = [json.dumps({**ORDER, "order_id": str(number)}) for number in range(20)]
    mended = shop_feed.poll("orders", AS_OF)
    assert mended is not None
    assert [batch.manifest.batch_id for batch in landed(open_store())] == [mended.batch_id]
