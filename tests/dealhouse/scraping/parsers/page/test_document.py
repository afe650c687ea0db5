import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import html

Make = Callable[..., Context]
BODY = '<title>Lämpe</title><h1>Lämpe</h1><div class="price">24,99 €</div>'
TAGS = st.sampled_from([
    "<h1>", "</h1>", "<div class=price>", "$1.99", "1 299,00 €", "<del>", "<script>", "</script>", "<!--", "Sold out",
    "<p itemscope>", '<b itemprop="price" content="1">',
    '<script type="application/ld+json">', '{"@type": "Product"', "}",
    "SKU: 1", "&#0;", "\x00", "]",
])


@pytest.mark.parametrize(("document", "content_type"), [
    (BODY.encode(), None),
    (BODY.encode(), "text/html; charset=utf-8"),
    (BODY.encode("utf-8-sig"), None),
    (BODY.encode("utf-16"), None),
    (BODY.encode("cp1252"), None),
    (BODY.encode("cp1252"), "text/html; charset=iso-8859-1"),
    (b'<meta charset="windows-1252">' + BODY.encode("cp1252"), None),
])
def test_the_charset_by_header_mark_declaration_and_detection(context: Make, document: bytes, content_type: str | None) -> None:
    (found,) = html.extract(document, context(content_type=content_type, currency=None))
    assert isinstance(found, Offer)
    assert (found.title, found.currency) == ("Lämpe", "EUR")


@pytest.mark.parametrize("document", [
    b"<div>" * 100_000,
    b'<div itemscope itemtype="http://schema.org/Product" itemprop="offers">' * 100_000,
    b'<script type="application/ld+json">' + b'{"offers":' * 100_000,
    b'<h1>L</h1><p class=price>' + b"1" * 5_000_000,
    b"<h1>L</h1>" + b"<p>ref</p><p>a1 a1 a1 a1</p>" * 5_000,
    b"price $1 " * 22_000_000,
], ids=["deep", "deep items", "deep json", "digits", "labels", "200 MB"])
def test_what_is_made_to_cost_costs_little(context: Make, document: bytes) -> None:
    before = time.process_time()
    list(html.extract(document, context()))
    assert time.process_time() - before < 5


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(TAGS, max_size=30).map(lambda tags: "".join(tags).encode())))
def test_any_bytes_in_offers_or_rejects_out(document: bytes) -> None:
    from datetime import UTC, datetime

    context = Context("m", "html", "DE", "k", "http://m/p-1", "http://m", datetime(2026, 1, 1, tzinfo=UTC))
    for found in html.extract(document, context):
        assert isinstance(found, Reject) or found.as_record()["price"]
