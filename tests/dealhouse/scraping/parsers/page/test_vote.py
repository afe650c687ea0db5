from collections.abc import Callable
from decimal import Decimal

import pytest

from dealhouse.scraping.offer import Offer, Reject
from dealhouse.scraping.parsers.page.vote import HIGH

from .conftest import block, product

Read = Callable[..., Offer | Reject]
PRICE = '<div class="price">$24.99</div>'
BUY = "<button>Add to cart</button>"
LIST = "".join(f'<div class="card"><h3>Lamp {n}</h3><span class="price">${n}9.00</span></div>' for n in range(1, 9))


def test_two_layers_that_agree_are_sure(read: Read) -> None:
    found = read(PRICE + BUY, head=product())
    assert isinstance(found, Offer)
    assert (found.price, found.extractor, found.flags) == (Decimal("24.99"), "jsonld+dom", None)
    assert found.confidence >= HIGH


def test_a_disagreement_keeps_what_the_shopper_sees_and_says_so(read: Read) -> None:
    shown = '<div class="price"><s>$39.99</s> <span class="sale-price">$24.99</span></div>'
    found = read(shown + BUY, head=product(price="39.99"))
    assert isinstance(found, Offer)
    assert found.price == Decimal("24.99")
    assert "price_disagrees" in (found.flags or "")
    assert found.confidence < HIGH


def test_the_lowest_of_several_is_flagged(read: Read) -> None:
    offers = {"@type": "AggregateOffer", "lowPrice": "24.99", "highPrice": "44.99", "priceCurrency": "USD"}
    found = read('<div class="price">$24.99 - $44.99</div>' + BUY, head=product(offers=offers))
    assert isinstance(found, Offer)
    assert (found.price, "from_price" in (found.flags or "")) == (Decimal("24.99"), True)


@pytest.mark.parametrize("head", [
    '<meta property="product:price:amount" content="24.99"><meta property="product:price:currency" content="USD">',
    '<script id="__NEXT_DATA__" type="application/json">{"props": {"product": {"id": "12345", "name": "Lamp Oslo",'
    ' "price": 24.99, "currency": "USD"}, "related": [{"id": "9", "name": "Other", "price": 9.0}]}}</script>',
    '<script>window.__STATE__ = {"product": {"name": "Lamp Oslo", "sku": "12345", "salePrice": "24.99",'
    ' "currency": "USD"}};</script>',
    '<script type="application/json">{"handle": "lamp", "id": 12345, "title": "Lamp Oslo", "price": 2499,'
    ' "variants": []}</script><script>var meta = {"currency": "USD"}</script>',
])
def test_one_layer_alone(read: Read, head: str) -> None:
    found = read(BUY, head=head)
    assert isinstance(found, Offer)
    assert (found.price, found.currency) == (Decimal("24.99"), "USD")


@pytest.mark.parametrize(("heading", "body", "head"), [
    ("<h1>Lamps</h1>", LIST, ""),
    ("<h1>Lamps</h1>", LIST, block([{"@type": "Product", "name": f"L {n}", "offers": {"price": f"{n}9"}} for n in range(8)])),
    ("<h1>Welcome to our shop</h1>", "", ""),
    ("<h1>How we make lamps</h1>", "<p>They cost between $20 and $90, each of them made by hand.</p>", ""),
    ("<h1>Ten lamps</h1>", "<p>Oslo costs $24.99</p>", '<meta property="og:type" content="article">'),
])
def test_a_page_without_a_product_of_its_own(read: Read, heading: str, body: str, head: str) -> None:
    found = read(body, heading=heading, head=head)
    assert isinstance(found, Reject)
    assert (found.reason, found.known) == ("no_product", None)


@pytest.mark.parametrize(("text", "reason"), [
    ("Robot Check. Type the characters: captcha", "blocked"), ("Page not found", "not_found"),
    ("Enter store using password", "password_page"),
])
def test_a_page_that_stands_in_for_another_says_which(read: Read, text: str, reason: str) -> None:
    found = read("", heading=f"<h1>{text}</h1>")
    assert isinstance(found, Reject)
    assert found.reason == reason


def test_among_several_products_the_headings_counts(read: Read) -> None:
    other = {"@type": "Product", "name": "Other", "offers": {"price": "9.00", "priceCurrency": "USD"}}
    own = {"@type": "Product", "name": "Lamp Oslo", "offers": {"price": "24.99", "priceCurrency": "USD"}}
    found = read(PRICE, head=block([other, own]))
    assert isinstance(found, Offer)
    assert (found.title, found.price) == ("Lamp Oslo", Decimal("24.99"))
