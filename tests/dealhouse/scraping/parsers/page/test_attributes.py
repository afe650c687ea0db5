import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import html

Read = Callable[..., Offer | Reject]
MICRODATA = (
    '<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Lamp Oslo</h1><div itemprop="offers" itemscope '
    'itemtype="http://schema.org/Offer"><span itemprop="price">1.299,00</span> <meta itemprop="priceCurrency" content="EUR">'
    '<link itemprop="availability" href="http://schema.org/OutOfStock"></div></div>'
)
RDFA = (
    '<div vocab="https://schema.org/" typeof="ItemPage"><div property="mainEntity" typeof="Product">'
    '<h1 property="name">Lamp Oslo</h1><div property="offers" typeof="Offer">'
    '<span property="price" content="1299.00">€ 1 299</span>'
    '<meta property="priceCurrency" content="EUR"><link property="availability" href="https://schema.org/SoldOut"></div></div></div>'
)


@pytest.mark.parametrize(("layer", "body"), [("microdata", MICRODATA), ("rdfa", RDFA)])
def test_markup_in_attributes(read: Read, layer: str, body: str) -> None:
    found = read(body, heading="", lang="de-DE")
    assert isinstance(found, Offer)
    assert found.extractor.startswith(layer)
    assert (found.title, found.price, found.currency, found.availability) == ("Lamp Oslo", Decimal("1299.00"), "EUR", "out")


def test_a_listings_products_are_not_the_pages(read: Read) -> None:
    item = '<div itemprop="itemListElement" itemscope itemtype="http://schema.org/Product"><b itemprop="name">Other</b></div>'
    found = read(f'<div itemscope itemtype="http://schema.org/ItemList">{item * 3}</div>', heading="<h1>Lamps</h1>")
    assert isinstance(found, Reject)


def test_properties_that_stand_elsewhere_by_reference(context: Callable[..., Context], pages: Path) -> None:
    document = gzip.decompress((pages / "extruct" / "product-ref.html.gz").read_bytes())
    (found,) = html.extract(document, context(currency=None))
    assert isinstance(found, Offer)
    assert (found.title, found.price, found.currency, found.condition) == ("Executive Anvil", Decimal("119.99"), "USD", "used")
    assert (found.mpn, found.brand) == ("925872", "ACME")
