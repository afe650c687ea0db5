from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Offer, Reject

from .conftest import product

Read = Callable[..., Offer | Reject]
PRICE = '<div class="price">$24.99</div>'


@pytest.mark.parametrize(("body", "head", "url", "sku"), [
    ("<p>SKU: LO-55</p>", "", "https://a.example/p", "LO-55"),
    ("<p>Art.-Nr. 4711-8</p>", "", "https://a.example/p", "4711-8"),
    ("<span>Артикул:</span><span>01245</span>", "", "https://a.example/p", "01245"),
    ("<p>Product code: 141677</p>", product(sku="10134622"), "https://a.example/p/10134622", "141677"),
    ("<p>466/7999</p>", product(sku="4667999"), "https://a.example/product/4667999", "466/7999"),
    ("", product(sku="L-100"), "https://a.example/p", "L-100"),
    ("<p>Item model number: X1</p>", "", "https://a.example/dp/B0756B4GVG", "B0756B4GVG"),
    ("", "", "https://a.example/lamp-iid-1021493409", "1021493409"),
    ("", "", "https://a.example/lamp?sku=1049084", "1049084"),
])
def test_the_number_that_a_shopper_would_name(read: Read, body: str, head: str, url: str, sku: str) -> None:
    found = read(PRICE + body, head=head, url=url)
    assert isinstance(found, Offer)
    assert found.sku == sku
