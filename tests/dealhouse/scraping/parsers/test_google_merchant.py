import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import google_merchant

Make = Callable[..., Context]
HEAD = '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
TAIL = "</channel></rss>"
ITEM = {
    "g:id": "A1",
    "title": "Lamp",
    "link": "https://acme.example/a1",
    "g:price": "20.00 EUR",
    "g:availability": "in stock",
    "g:condition": "new",
    "g:gtin": "4006381333931",
    "g:brand": "Krupp &amp; Sohn",
    "g:product_type": "Home &gt; Lamps",
}


def item(**changes: str | None) -> str:
    fields = {**ITEM, **{name.replace("g_", "g:"): value for name, value in changes.items()}}
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value is not None) + "</item>"


def read(document: str | bytes, context: Context) -> list[Offer | Reject]:
    return list(google_merchant.extract(document.encode() if isinstance(document, str) else document, context))


def one(context: Context, **changes: str | None) -> Offer:
    (offer,) = read(HEAD + item(**changes) + TAIL, context)
    assert isinstance(offer, Offer)
    return offer


def test_an_item_is_an_offer(context: Make) -> None:
    offer = one(context(currency=None))
    assert (offer.native_product_id, offer.title, offer.price, offer.currency) == ("A1", "Lamp", Decimal("20.00"), "EUR")
    assert (offer.gtin, offer.brand, offer.category_path) == ("04006381333931", "Krupp & Sohn", "Home > Lamps")
    assert (offer.availability, offer.condition, offer.reference_price) == ("in", "new", None)


PROMOTION = (
    "<item><g:promotion_id>p-1</g:promotion_id><g:generic_redemption_code>SPRING5</g:generic_redemption_code>"
    "<g:long_title>5 % off</g:long_title><g:promotion_effective_dates>{}</g:promotion_effective_dates></item>"
)
MAY = "2026-05-01T00:00+0000/2026-06-01T00:00+0000"


@pytest.mark.parametrize(
    ("dates", "named", "code"),
    [
        (MAY, "p-1", "SPRING5"),
        (MAY, "p-2", None),
        (MAY, None, None),
        ("2026-04-01T00:00+0000/2026-05-01T00:00+0000", "p-1", None),
        ("some day", "p-1", None),  # a code that may be over is worse than none
    ],
)
def test_a_code_is_the_one_of_a_promotion_that_holds(context: Make, dates: str, named: str | None, code: str | None) -> None:
    document = (HEAD + PROMOTION.format(dates) + TAIL).encode()
    held = google_merchant.promotions(document, context().as_of)
    offer = one(context(promotions=held), g_promotion_id=named)
    assert (offer.coupon_code, offer.terms) == (code, code and "5 % off")


def test_a_promotion_without_a_code_brings_none(context: Make) -> None:
    document = HEAD + PROMOTION.format(MAY).replace("SPRING5", "") + TAIL
    assert google_merchant.promotions(document.encode(), context().as_of) == {}


@pytest.mark.parametrize(
    ("dates", "price", "reference"),
    [
        (None, "15.00", "20.00"),
        ("2026-05-01T10:15+0000/2026-05-09T10:15+0000", "15.00", "20.00"),
        ("2026-05-06T00:00+0000/2026-05-09T00:00+0000", "20.00", None),
        ("2026-05-01T00:00-0800/2026-05-05T12:14+0200", "20.00", None),
        ("soon/later", "15.00", "20.00"),
    ],
)
def test_a_sale_price_is_the_price_while_it_is_effective(
    context: Make, dates: str | None, price: str, reference: str | None
) -> None:
    offer = one(context(), g_sale_price="15.00  EUR", g_sale_price_effective_date=dates)
    assert offer.price == Decimal(price)
    assert offer.reference_price == (None if reference is None else Decimal(reference))
    assert offer.reference_kind == (None if reference is None else "regular")


@pytest.mark.parametrize(
    ("price", "sale", "told"),
    [
        ("from 20.00 EUR", None, ("20.00", "from_price", 0.6)),
        ("20.00 - 30.00 EUR", None, ("20.00", "from_price", 0.6)),
        ("20.00 EUR", "ab 15,00 EUR", ("15.00", "from_price", 0.6)),
        ("from 20.00 EUR", "15.00 EUR", ("15.00", None, 1.0)),
        ("20.00 EUR", None, ("20.00", None, 1.0)),
    ],
)
def test_a_price_that_says_it_is_the_lowest_is_flagged(
    context: Make, price: str, sale: str | None, told: tuple[str, str | None, float]
) -> None:
    offer = one(context(), g_price=price, g_sale_price=sale)
    assert (str(offer.price), offer.flags, offer.confidence) == told


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("in", "in"),
        ("In Stock", "in"),
        ("out of stock", "out"),
        ("preorder", "preorder"),
        ("backorder", "backorder"),
        ("perhaps", "unknown"),
        (None, "unknown"),
    ],
)
def test_availability_has_many_spellings(context: Make, word: str | None, meant: str) -> None:
    assert one(context(), g_availability=word).availability == meant


def test_a_wrong_check_digit_costs_the_gtin_and_is_flagged(context: Make) -> None:
    offer = one(context(), g_gtin="4006381333932")
    assert (offer.gtin, offer.bad_gtin) == (None, True)


@pytest.mark.parametrize(
    "document",
    [
        HEAD.replace(' xmlns:g="http://base.google.com/ns/1.0"', "") + item() + TAIL,
        HEAD + item(link="https://acme.example/?a=1&b=2") + TAIL,
        HEAD + item(title="Lamp&nbsp;&amp; more") + TAIL,
        "\ufeff" + HEAD + item() + TAIL,
        HEAD + item().replace("</g:brand>", "</g:brnd>") + TAIL,
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">'
        + item()
        .replace("item>", "entry>")
        .replace("<link>https://acme.example/a1</link>", '<link href="https://acme.example/a1"/>')
        + "</feed>",
        HEAD + item(title="<![CDATA[Lamp & shade]]>") + TAIL,
    ],
)
def test_real_feeds_are_read_though_ill_formed(context: Make, document: str) -> None:
    (offer,) = read(document, context())
    assert isinstance(offer, Offer)
    assert offer.title.startswith("Lamp")
    assert offer.category_path == "Home > Lamps"
    assert offer.url.startswith("https://acme.example/")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"g_price": None}, "missing_price"),
        ({"g_price": "0.00 EUR"}, "invalid_price"),
        ({"g_price": "auf Anfrage"}, "invalid_price"),
        ({"g_price": "49.90"}, "missing_currency"),
        ({"title": None}, "missing_title"),
        ({"g_id": None, "link": None}, "missing_id"),
        ({"g_price": "&nbsp; EUR"}, "invalid_price"),
    ],
)
def test_what_is_no_offer_says_why(context: Make, changes: dict[str, str | None], reason: str) -> None:
    (found,) = read(HEAD + item(**changes) + TAIL, context(currency=None))
    assert isinstance(found, Reject)
    assert found.reason == reason


def test_of_two_items_with_one_id_the_last_counts(context: Make) -> None:
    found = read(HEAD + item() + item(g_price="18.00 EUR") + item(g_id="B2") + TAIL, context())
    assert [entry.reason if isinstance(entry, Reject) else str(entry.price) for entry in found] == [
        "duplicate_id",
        "18.00",
        "20.00",
    ]


def test_a_cut_feed_keeps_what_came_and_says_that_it_was_cut(context: Make) -> None:
    whole = HEAD + "".join(item(g_id=f"A{number}") for number in range(20)) + TAIL
    found = read(whole[: len(whole) * 6 // 10], context())
    assert sum(isinstance(entry, Offer) for entry in found) >= 10
    last = found[-1]
    assert isinstance(last, Reject)
    assert last.reason == "truncated_document"


@pytest.mark.parametrize("document", [b"", b"<html><body>busy</body></html>", b"{}", b"\x00\xff", b"<rss"])
def test_what_is_no_feed_is_unparseable(context: Make, document: bytes) -> None:
    (found,) = read(document, context())
    assert isinstance(found, Reject)
    assert found.reason == "unparseable_document"


def test_an_empty_feed_is_no_fault(context: Make) -> None:
    assert read(HEAD + TAIL, context()) == []


def test_entities_do_not_grow_and_files_are_not_read(context: Make) -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE r [<!ENTITY e0 "ha"><!ENTITY f SYSTEM "file:///etc/hostname">{bomb}]>' + HEAD.split("?>")[1]
    started = time.monotonic()
    found = read(document + item(title="Lamp &e9; &f;") + TAIL, context())
    assert time.monotonic() - started < 5
    assert all(len(str(entry)) < 10_000 for entry in found)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: (HEAD + "<item>" + text + "</item>" + TAIL).encode("utf-8", "ignore"))
)
def test_nothing_makes_it_raise(document: bytes) -> None:
    from datetime import UTC, datetime

    context = Context("m", "google_merchant", "DE", "k", "http://m/", "http://m", datetime(2026, 1, 1, tzinfo=UTC))
    read(document, context)
