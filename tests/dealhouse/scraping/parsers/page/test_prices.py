from collections.abc import Callable
from decimal import Decimal

import pytest

from dealhouse.scraping.offer import Offer, Reject
from dealhouse.scraping.parsers.page.prices import compose

Read = Callable[..., Offer | Reject]
BUY = "<button>Add to cart</button>"


@pytest.mark.parametrize(("lang", "body", "price"), [
    ("en-US", '<div class="price">$24.99</div>', "24.99"),
    ("en-US", '<div class="price"><del>$39.99</del> <ins>$24.99</ins></div>', "24.99"),
    ("en-US", '<div class="price">Was $39.99</div><div class="price">Now $24.99</div>', "24.99"),
    ("en-US", '<div class="price">Was $39.99 Now $24.99</div>', "24.99"),
    ("en-US", '<span class="compare-at-price">$39.99</span><span class="price">$24.99</span>', "24.99"),
    ("en-US", '<div class="price" style="display:none">$99.99</div><div class="price">$24.99</div>', "24.99"),
    ("en-US", '<div class="price">$24.99</div><div>or 4 interest-free payments of $6.25 with Klarna</div>', "24.99"),
    ("en-US", '<div class="pay">$10.00 per month</div><div class="price">$120.00</div>', "120.00"),
    ("en-US", '<div class="price">$999.00</div><p>Save up to $300 with trade-in</p><p>$41.62/mo. for 24 mo.</p>', "999.00"),
    ("en-US", '<div>Club member price <b>$19.99</b></div><div class="price">$24.99</div>', "24.99"),
    ("en-US", "<label>Subscribe &amp; save <b>$22.49</b></label><label>One-time purchase <b>$24.99</b></label>", "24.99"),
    ("en-US", '<div class="price">$24.99</div><div>Used from $12.00</div><div>New (5) from $20.00</div>', "24.99"),
    ("en-US", "<p>Shipping $4.90</p><p><strong>$24.99</strong></p>", "24.99"),
    ("en-US", "<div><span>$24.99</span> <span>You save $15.00 (38%)</span></div>", "24.99"),
    ("en-US", '<div>Get a $50 gift card upon approval</div><div class="a-price">$124.99</div>', "124.99"),
    ("en-US", '<div class="price">$24.99</div><select><option>S - $24.99</option><option>L $44.99</option></select>', "24.99"),
    ("en-US", '<div class="price">$24.99</div><table class="tier-prices"><tr><td>10+</td><td>$22.00</td></tr></table>', "24.99"),
    ("en-US", '<div class="p"><span>$</span><span>24</span><sup>99</sup></div>', "24.99"),
    ("en-US", '<p>Unlike lamps of $300 elsewhere. Rated 4.5 of 5.</p><span data-testid="product-price">$24.99</span>', "24.99"),
    ("en-US", '<form class="add-to-cart-form"><div class="cart-wrapper"><b>$24.99</b></div></form>', "24.99"),
    ("en-GB", '<div class="relative hidden lg:block"><p class="text-2xl">£24.99</p></div>', "24.99"),
    ("en-GB", '<div class="price">£3.00</div><div>Any 2 for £5.00</div>', "3.00"),
    ("de-DE", "<div>Grundpreis: 9,99 €/kg</div><div><b>4,99 €</b></div>", "4.99"),
    ("de-DE", '<span>1 kg = 16,60 €</span><span class="price">4,99 €</span>', "4.99"),
    ("de-DE", "<div>statt 49,99 €</div><div>nur 29,99 €</div>", "29.99"),
    ("de-DE", "<div><span>UVP</span> <span>49,99 €</span></div><div><b>29,99 €</b></div>", "29.99"),
    ("de-CH", "<div class=preis>CHF 1'299.–</div>", "1299"),
    ("fr-FR", "<div class=prix><s>49,90 €</s> 29,90 €</div><p>Prix conseillé : 59,90 €</p>", "29.90"),
    ("pt-BR", "<p>R$ 199,90</p><p>ou 10x de R$ 19,99 sem juros</p>", "199.90"),
    ("pl", "<div class=cena>1 299,00 zł</div>", "1299.00"),
    ("sv-SE", "<div class=pris>1 299:-</div>", "1299"),
    ("ja-JP", "<div class=price>¥12,800 (税込)</div>", "12800"),
    ("ar-SA", "<div class=price>١٬٢٩٩٫٠٠ ر.س</div>", "1299.00"),
    ("en-IN", "<div class=price>₹1,29,999</div><span>M.R.P.: <s>₹1,49,999</s></span>", "129999"),
    ("ru-RU", "<div class=price>12 990 ₽</div><div class=old>15 990 ₽</div><div>от 1 083 ₽/мес</div>", "12990"),
])
def test_the_amount_that_the_shopper_pays(read: Read, lang: str, body: str, price: str) -> None:
    found = read(body + BUY, lang=lang)
    assert isinstance(found, Offer)
    assert found.price == Decimal(price)


@pytest.mark.parametrize("body", [
    "<p>Please log in to see the price</p>",
    "<p>Any 2 for our members</p>",
    "<h2>Recently viewed</h2>",
])
def test_what_others_cost_is_never_the_price(read: Read, body: str) -> None:
    assert isinstance(read(body), Reject)


def test_the_price_that_it_was_is_the_reference(read: Read) -> None:
    found = read('<div class="price"><s>$39.99</s> <b>$24.99</b></div>' + BUY)
    assert isinstance(found, Offer)
    assert (found.reference_price, found.reference_kind) == (Decimal("39.99"), "strikethrough")


@pytest.mark.parametrize(("pieces", "whole"), [
    (["$", "12", ".", "99"], "$ 12.99"), (["12", "99 €"], "12.99 €"), (["1", ".299"], "1.299"), (["5"], "5"),
])
def test_an_amount_in_pieces(pieces: list[str], whole: str) -> None:
    assert compose(pieces) == whole
