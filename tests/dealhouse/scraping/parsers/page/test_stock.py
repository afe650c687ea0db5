from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Offer, Reject

from .conftest import product

Read = Callable[..., Offer | Reject]
PRICE = '<div class="price">$24.99</div>'
BUY = "<button>Add to cart</button>"


@pytest.mark.parametrize(("body", "marked", "state"), [
    (BUY, None, "in"),
    ("<button>Add to cart – $24.99</button>", None, "in"),
    ("<button disabled>Sold out</button>", "InStock", "out"),
    ("<p>Currently out of stock</p><button>Notify me</button>", None, "out"),
    ("<p>Ausverkauft</p>", None, "out"),
    ("<p>Épuisé</p>", None, "out"),
    ("<button disabled>Add to cart</button>", None, "out"),
    ("<button disabled>Add to cart</button>", "InStock", "in"),
    (BUY + "<p>Not available for pickup at your store</p>", None, "in"),
    ("<p>In stock</p>" + BUY, "OutOfStock", "in"),
    ("<p>Arriving in May</p>", "OutOfStock", "out"),
    ("<button>Pre-order now</button>", None, "preorder"),
    (BUY, "https://schema.org/BackOrder", "backorder"),
])
def test_whether_it_can_be_had(read: Read, body: str, marked: str | None, state: str) -> None:
    found = read(PRICE + body, head=product(availability=marked) if marked else "")
    assert isinstance(found, Offer)
    assert found.availability == state


def test_a_price_without_a_word_is_there_to_be_had_and_flagged(read: Read) -> None:
    found = read(PRICE)
    assert isinstance(found, Offer)
    assert (found.availability, "availability_inferred" in (found.flags or "")) == ("in", True)


def test_a_sold_out_product_without_a_price_is_known_all_the_same(read: Read) -> None:
    found = read("<p>Sold out</p><p>SKU: LO-55</p>")
    assert isinstance(found, Reject)
    assert found.reason == "missing_price"
    assert found.known is not None
    assert (found.known["title"], found.known["availability"], found.known["sku"]) == ("Lamp Oslo", "out", "LO-55")
