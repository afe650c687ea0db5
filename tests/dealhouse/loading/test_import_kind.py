import csv
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import text

from dealhouse import database
from dealhouse.errors import BadInputError
from dealhouse.loading import ids
from dealhouse.loading.import_kind import import_kind
from dealhouse.loading.kind_mapping import SHIPPED, KindMapping, kinds, read_kind_mapping
from dealhouse.settings import settings

Ask = Callable[[str], list[tuple[Any, ...]]]
AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
OURS = ("payment_id", "order_id", "amount", "currency", "status", "event_at", "updated_at")
PAID = ("p1", "o1", "1250.50", "EUR", "captured", "2026-05-01T08:00:00+02:00", "2026-05-01T08:00:00+02:00")
REFUNDED = ("r1", "o1", "-3", "EUR", "refunded", "2026-05-02T08:00:00+02:00", "2026-05-02T09:30:00+02:00")
# a good cell per column of ours, as the shipped mappings' exports write it
CELLS = {
    "native_customer_id": "4711", "email": "anna@mail.example.de", "quantity": "2", "line_no": "1", "amount": "12.50",
    "total": "1.250,50", "shipping": "4,95", "discount": "0", "unit_price": "9.99", "price": "9.99", "reference_price": "12",
    "cost": "4.00", "rate": "1.0832", "minimum_price": "5", "currency": "EUR", "quote": "USD", "country": "DE",
    "is_newsletter": "yes", "is_active": "true", "lead_time_days": "3", "rating": "4", "discount_pct": "15",
    "gtin": "4006381333931", "position": "3", "impressions": "1200",
    "clicks": "40", "temperature_c": "12.5", "precipitation_mm": "0.4", "image_url": "https://shop.example/1.jpg",
    "url": "https://shop.example/1", "day": "2026-05-01", "tax_class": "food", "promised_from": "04.05.2026",
    "promised_to": "06.05.2026",
}
KIND_OF = {"refunds": "payments"}


def table(path: Path, *rows: tuple[Any, ...], head: tuple[str, ...] = OURS, delimiter: str = ",") -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return str(path)


@pytest.fixture
def payments(tmp_path: Path) -> str:
    return table(tmp_path / "payments.csv", PAID, REFUNDED)


def test_every_kind_has_a_shipped_mapping_and_a_row_of_it_loads(house: str, tmp_path: Path) -> None:
    names = sorted(path.stem for path in SHIPPED.glob("*.yml"))
    assert set(names) - set(KIND_OF) == set(kinds())
    told = {}
    for name in names:
        mapping = read_kind_mapping(name)
        form = mapping.timestamp_format or "%Y-%m-%d %H:%M"
        cells = dict.fromkeys(mapping.columns, datetime(2026, 5, 1, 8, 30).strftime(form)) | CELLS  # noqa: DTZ001
        if mapping.day_format:
            cells["day"] = datetime(2026, 5, 1).strftime(mapping.day_format)  # noqa: DTZ001
        row = [cells[ours] for ours in mapping.columns]
        file = table(tmp_path / f"{name}.csv", tuple(row), head=tuple(mapping.columns.values()), delimiter=mapping.delimiter)
        result = import_kind(KIND_OF.get(name, name), file, mapping, as_of=AS_OF)
        told[name] = (result.loaded, result.faults)
    assert told == dict.fromkeys(names, (1, {}))


def test_all_formats_say_the_same(ask: Ask, tmp_path: Path, payments: str) -> None:
    rows = [dict(zip(OURS, row, strict=True)) for row in (PAID, REFUNDED)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "payments.ndjson").write_text(lines)
    (tmp_path / "zipped.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "zipped.csv.gz").write_bytes(gzip.compress(Path(payments).read_bytes()))
    typed = [{**row, "amount": float(row["amount"]), "event_at": datetime.fromisoformat(row["event_at"])} for row in rows]
    pq.write_table(pa.Table.from_pylist(typed), tmp_path / "payments.parquet")
    for name in ("payments.ndjson", "zipped.jsonl.gz", "zipped.csv.gz", "payments.parquet"):
        assert import_kind("payments", str(tmp_path / name)).loaded == 2, name
    import_kind("payments", payments)
    columns = "payment_id, order_id, amount::text, currency, status, event_at, updated_at, loaded_at"
    assert ask(f"select count(*) from (select distinct {columns} from raw.shop_payments) as distinct_rows") == [(2,)]
    assert ask("select distinct loaded_at from raw.shop_payments") == [(datetime(2026, 5, 2, 8, tzinfo=UTC),)]


def test_the_same_file_twice_is_once(ask: Ask, payments: str) -> None:
    assert [import_kind("payments", payments).noop for _ in range(2)] == [False, True]
    assert ask("select count(*) from raw.shop_payments") == [(2,)]


def test_a_mapping_reads_foreign_names_words_and_forms(ask: Ask, tmp_path: Path) -> None:
    row, head = ("7", "A", "1.250,50", "ok", "01.07.2026 12:00"), ("Nr", "Best", "Betrag", "Stand", "am")
    path = table(tmp_path / "p.csv", row, head=head, delimiter=";")
    mapping = KindMapping.model_validate({
        "columns": {**dict(zip((*OURS[:3], *OURS[4:6]), head, strict=True)), "updated_at": "am"},
        "constants": {"currency": "EUR"}, "words": {"status": {"ok": "captured"}}, "timezone": "Europe/Berlin",
        "timestamp_format": "%d.%m.%Y %H:%M", "decimal_comma": True, "delimiter": ";",
    })
    assert import_kind("payments", path, mapping).as_of == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert ask("select payment_id, amount::text, currency, status, event_at from raw.shop_payments") == [
        ("7", "1250.5000", "EUR", "captured", datetime(2026, 7, 1, 10, tzinfo=UTC))
    ]


def test_a_refused_row_names_its_line_and_column_and_can_be_mended(ask: Ask, tmp_path: Path) -> None:
    bad = (*PAID[:2], "a lot", *PAID[3:])
    head = ("payment_id", "order_id", "Betrag", *OURS[3:])
    mapping = KindMapping(columns={name: name for name in OURS} | {"amount": "Betrag"})
    path = table(tmp_path / "p.csv", PAID, bad, ("", *bad[1:]), (*PAID, "one", "too many"), head=head)
    result = import_kind("payments", path, mapping)
    assert (result.received, result.loaded, result.rejected) == (4, 1, 3)
    assert result.faults == {
        "invalid_amount": "1 rows, the first p.csv:3 column Betrag",
        "missing_payment_id": "1 rows, the first p.csv:4 column payment_id",
        "ragged_line": "1 rows, the first p.csv:5",
    }
    assert ask("select reason, row_no, payload::text like '%a lot%' from raw.rejects order by row_no") == [
        ("invalid_amount", 1, True), ("missing_payment_id", 2, True), ("ragged_line", 3, False)
    ]
    with pytest.raises(BadInputError, match=r"invalid amount \(p.csv:3 column Betrag\)"):
        import_kind("payments", path, mapping, strict=True)
    assert ask("select count(*) from raw.load_ledger") == [(1,)]


def test_customers_come_in_by_their_keys_alone(ask: Ask, tmp_path: Path) -> None:
    head = ("order_id", "native_customer_id", "status", "currency", "total", "event_at", "updated_at")
    order = ("o1", "4711", "completed", "EUR", "5", "2026-05-01", "2026-05-01")
    assert import_kind("orders", table(tmp_path / "o.csv", order, (*order[:4], "free", *order[5:]), head=head)).loaded == 1
    assert ask("select customer_key from raw.shop_orders") == [(ids.customer_key("house", "4711"),)]
    assert ask("select count(*) from raw.rejects where payload::text like '%4711%'") == [(0,)]


def test_events_without_uuids_are_the_same_events_when_they_come_again(ask: Ask, tmp_path: Path) -> None:
    view, cart = ("7", "product_view", "2026-05-01 10:00"), ("", "add_to_cart", "2026-05-01 10:01")
    for rows in ((view,), (view, cart), (cart,)):
        import_kind("events", table(tmp_path / "e.csv", *rows, head=("event_id", "kind", "event_at")))
    assert ask("select kind, count(*), count(distinct event_id) from raw.shop_events group by 1 order by 1") == [
        ("add_to_cart", 2, 1), ("product_view", 2, 1)
    ]


@pytest.mark.parametrize(("kind", "mapping", "fault"), [
    ("telepathy", {}, "no kind 'telepathy'"),
    ("payments", {"columns": {"amount": "Betrag"}}, r"no column Betrag \(for amount\)"),
    ("payments", {"columns": {"amout": "amount"}}, "has no amout"),
    ("payments", {"columns": {name: name for name in OURS[:3]}}, "nothing says currency, status"),
    ("fx_rates", {"columns": {"day": "event_at", "rate": "amount"}, "constants": {"base": "EUR", "quote": "USD", "source": "x"}},
     "not one line says when"),
])
def test_what_cannot_be_imported_is_refused_by_name(
    house: str, payments: str, kind: str, mapping: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadInputError, match=fault):
        import_kind(kind, payments, KindMapping.model_validate(mapping))


def test_a_file_that_breaks_off_is_refused(ask: Ask, tmp_path: Path, payments: str) -> None:
    (tmp_path / "half.csv.gz").write_bytes(gzip.compress(Path(payments).read_bytes())[:-12])
    with pytest.raises(BadInputError, match=r"half.csv.gz"):
        import_kind("payments", str(tmp_path / "half.csv.gz"))
    assert ask("select count(*) from raw.load_ledger") == [(0,)]


def test_what_the_shops_feeds_bring_is_not_imported_beside_them(house: str, payments: str) -> None:
    with database.transaction("loader") as connection:
        connection.execute(text("insert into raw.feed_cursors values ('house', 'orders', '7', 'b1', '2026-05-05')"))
    assert import_kind("payments", payments).loaded == 2
    with pytest.raises(BadInputError, match="polled already for orders"):
        import_kind("orders", payments)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1"),
                        ("DEALHOUSE_STORE_ENDPOINT", f"http://{host}:{port}")):
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    client.create_bucket(Bucket="exports")
    yield client
    server.stop()


def test_a_file_in_s3_is_imported_as_if_it_lay_here(house: str, bucket: Any, payments: str) -> None:
    bucket.upload_file(payments, "exports", "2026/payments.csv")
    assert import_kind("payments", "s3://exports/2026/payments.csv").loaded == 2
    assert import_kind("payments", payments).noop, "the content makes the batch, not where it lies"
    with pytest.raises(BadInputError, match="no such file"):
        import_kind("payments", "s3://exports/nothing.csv")
