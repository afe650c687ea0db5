from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dealhouse.landing.batch import Batch
from dealhouse.loading import ids
from dealhouse.loading.fields import Refused
from dealhouse.loading.kinds import KINDS
from dealhouse.loading.load import load_batch
from dealhouse.loading.records import Context, Reader

Make = Callable[..., dict[str, Any]]
AT = "2026-05-05T10:15:00+00:00"


def read(record: dict[str, Any] | bytes, kind: str = "offers", merchant: str = "acme") -> dict[str, str]:
    reader = Reader(KINDS[kind], Context(merchant, "house", AT, AT))
    line = record if isinstance(record, bytes) else orjson.dumps(record)
    return dict(zip(reader.columns, reader.read(line).split("\t"), strict=True))


def reason(record: dict[str, Any] | bytes, kind: str = "offers") -> str:
    with pytest.raises(Refused) as refused:
        read(record, kind)
    return str(refused.value)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"price": None}, "missing_price"),
        ({"price": ""}, "missing_price"),
        ({"price": "0.00"}, "invalid_price"),
        ({"price": "-3"}, "invalid_price"),
        ({"price": "NaN"}, "invalid_price"),
        ({"price": "Infinity"}, "invalid_price"),
        ({"price": "1e309"}, "invalid_price"),
        ({"price": "0.00001"}, "invalid_price"),
        ({"price": "999999999.99999"}, "invalid_price"),
        ({"price": "1_0"}, "invalid_price"),
        ({"price": "١٢"}, "invalid_price"),
        ({"price": "12,50"}, "invalid_price"),
        ({"price": True}, "invalid_price"),
        ({"price": ["12"]}, "invalid_price"),
        ({"currency": None}, "missing_currency"),
        ({"currency": "Euro"}, "invalid_currency"),
        ({"currency": "XXX"}, "invalid_currency"),
        ({"title": "  "}, "missing_title"),
        ({"title": "x" * 1001}, "overlong_title"),
        ({"title": "a\x00b"}, "invalid_text"),
        ({"native_product_id": None, "url": None}, "missing_id"),
        ({"url": "javascript:alert(1)"}, "invalid_url"),
        ({"country": "Germany"}, "invalid_country"),
        ({"availability": "maybe"}, "invalid_availability"),
        ({"merchant_id": "other"}, "foreign_merchant"),
        ({"crawl_id": None}, "missing_crawl_id"),
        ({"description": {"html": "x"}}, "invalid_description"),
    ],
)
def test_a_refused_offer_says_why(offer: Make, changes: dict[str, Any], expected: str) -> None:
    assert reason(offer(**changes)) == expected


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"null", b'{"title": "\\ud800"}', b'{"title": "\xff"}', b'{"price": NaN}', b"[" * 9999]
)
def test_what_is_no_record_is_malformed(line: bytes) -> None:
    assert reason(line) == "malformed_record"


@pytest.mark.parametrize(
    ("price", "expected"),
    [("12", "12"), ("12.50", "12.5"), ("10.00", "10"), ("012.50", "12.5"), (12, "12"), (12.1, "12.1"), ("0.12345", "0.1234"),
     ("1e2", "100"), ("100", "100")],
)
def test_a_sound_price_is_kept_to_four_places(offer: Make, price: object, expected: str) -> None:
    assert read(offer(price=price))["price"] == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [("gtin", "4006381333932"), ("gtin", "04006381333932"), ("gtin", "0" * 14), ("reference_price", "0"), ("image_url", "/a.jpg"),
     ("sale_end", "soon"), ("rating", "good"), ("review_count", -1), ("source_updated_at", "9999-12-31T23:59:59-14:00")],
)
def test_a_bad_optional_value_is_nulled_and_counted(offer: Make, name: str, value: object) -> None:
    reader = Reader(KINDS["offers"], Context("acme", "house", AT, AT))
    row = dict(zip(reader.columns, reader.read(orjson.dumps(offer(**{name: value}))).split("\t"), strict=True))
    assert row[name] == "\\N"
    assert reader.nulled == {name: 1}


def test_a_good_gtin_is_kept(offer: Make) -> None:
    assert read(offer(gtin="04006381333931"))["gtin"] == "04006381333931"


def test_without_a_native_id_the_canonical_url_stands_in(offer: Make) -> None:
    row = read(offer(native_product_id=None, native_variant_id=None, url="https://acme.example/p?b=2&a=1#top"))
    assert row["native_product_id"] == "https://acme.example/p?a=1&b=2"
    assert row["offer_id"] == ids.offer_id("acme", "DE", "https://acme.example/p?a=1&b=2")


def test_an_offer_that_is_gone_needs_no_price(offer: Make) -> None:
    row = read(offer(presence="gone", price=None, currency=None, title=None, url=None, availability=None))
    assert (row["presence"], row["price"], row["availability"], row["title"]) == ("gone", "\\N", "unknown", "")


def test_history_declares_its_own_times_and_merchants(offer: Make) -> None:
    line = orjson.dumps(offer(merchant_id="other", observed_at="2025-01-01T00:00:00", loaded_at="2025-01-02T00:00:00+01:00"))
    row = read(line, merchant="history")
    assert (row["merchant_id"], row["observed_at"], row["loaded_at"]) == (
        "other", "2025-01-01T00:00:00+00:00", "2025-01-01T23:00:00+00:00"
    )


def test_the_row_hash_moves_with_the_offer_and_not_with_when_it_was_seen(offer: Make) -> None:
    first = read(offer())["row_hash"]
    assert read(offer(crawl_id="later", rating=4.5, review_count=3, source_updated_at=AT))["row_hash"] == first
    assert read(offer(price="12.51"))["row_hash"] != first
    assert read(offer(availability="out_of_stock"))["row_hash"] != first


def test_a_product_of_the_house_gets_the_id_of_its_offer() -> None:
    product = {"sku": "S1", "title": "T", "country": "DE", "price": "2.00", "currency": "EUR", "cost": "1.00", "is_active": True,
               "updated_at": AT}
    assert read(product, "shop_products")["offer_id"] == ids.offer_id("house", "DE", "S1")


def test_the_fast_uuid5_is_the_standard_one() -> None:
    import uuid

    namespace = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/offer")
    assert ids.offer_id("m", "DE", "ä|1", "2") == str(uuid.uuid5(namespace, "m|DE|ä|1|2"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
STRANGE = st.sampled_from(["\\N", "\\.", "a\tb", "a\nb", "\\", "\r", "\x00", "NaN", "1e400", "'", '"', "\u2028", "99999999999"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_comes_is_loaded_or_refused_and_never_surprises_the_database(kind: str, land: Callable[..., Batch]) -> None:
    """Every record lands in one batch and goes through COPY and raw's CHECKs: nothing may be lost, nothing may raise."""
    names = [column.name for column in KINDS[kind].columns] + ["native_customer_id", "email"]
    sound = {"country": "DE", "currency": "EUR", "price": "1.00", "title": "t", "presence": "listed", "availability": "in_stock"}
    records: list[dict[str, Any]] = []

    @hypothesis_settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(names), JSON | STRANGE, max_size=len(names)))
    def collect(record: dict[str, Any]) -> None:
        try:
            orjson.dumps(record)
        except TypeError:
            return
        records.append({**sound, **record})

    collect()
    batch = land(*records, kind=kind, source="offers" if kind in ("offers", "crawls") else "shop")
    result = load_batch(batch, batch.manifest.as_of)
    assert result.received == len(records) == result.loaded + result.rejected
