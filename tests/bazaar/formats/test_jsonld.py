import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from bazaar.formats import jsonld
from bazaar.rows import Row, Window, money

Windows = Callable[..., list[Window]]
BLOCK = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.S)


def _product(row: Row, shown: Window) -> dict[str, Any]:
    found = orjson.loads((BLOCK.search(jsonld.page(row, shown, []).body) or [b"", b""])[1])
    products = [node for node in found.get("@graph", [found]) if node["@type"] == "Product"]
    assert len(products) == 1
    return dict(products[0])


def test_a_page_says_what_the_window_shows(windows: Windows) -> None:
    for shown in windows("jsonld"):
        for row in shown.rows:
            if row.listing.broken:
                continue
            product = _product(row, shown)
            offer = product["offers"][0] if isinstance(product["offers"], list) else product["offers"]
            assert product["sku"] == row.listing.native_product_id
            assert round(float(offer["price"]) * 100) == row.price
            assert offer["availability"].endswith("InStock" if row.in_stock else "OutOfStock")
            assert ("priceSpecification" in offer) is bool(row.reference)
            assert money(row.price).encode() in jsonld.page(row, shown, []).body


def test_some_shops_wrap_the_product_in_a_graph(windows: Windows) -> None:
    wrapped = {b"@graph" in jsonld.page(shown.rows[0], shown, []).body for shown in windows("jsonld")}
    assert wrapped == {True, False}


def test_ill_formed_pages_cannot_be_read(windows: Windows) -> None:
    pairs = [(row, shown) for shown in windows("jsonld") for row in shown.rows if row.listing.broken == "ill_formed"]
    assert pairs
    for row, shown in pairs:
        with pytest.raises(orjson.JSONDecodeError):
            _product(row, shown)
        assert jsonld.page(row, shown, []).broken == 1


def test_the_sitemaps_name_every_page(windows: Windows) -> None:
    for shown in windows("jsonld"):
        index = ElementTree.fromstring(jsonld.sitemap_index(shown).body)
        addresses = []
        for part in range(1, len(index) + 1):
            urls = ElementTree.fromstring(jsonld.sitemap(shown, part).body)
            assert all(url[1].tag.endswith("lastmod") for url in urls)
            addresses += [url[0].text for url in urls]
        assert addresses == [f"{shown.base_url}{row.listing.path}" for row in shown.rows]
        with pytest.raises(IndexError):
            jsonld.sitemap(shown, len(index) + 1)
        assert f"Sitemap: {shown.base_url}/sitemap.xml".encode() in jsonld.robots(shown).body
