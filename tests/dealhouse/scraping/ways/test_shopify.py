from collections.abc import Callable
from typing import Any

import orjson
import pytest

from dealhouse.scraping.parsers import shopify
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.ways import shopify as way

Site = Any
Walk = Callable[[Merchant], Any]


def listing(*numbers: int) -> bytes:
    return orjson.dumps({"products": [
        {"id": number, "title": f"Lamp {number}", "handle": f"l{number}", "variants": [{"id": number * 10, "price": "5.00"}]}
        for number in numbers
    ]})


def page(number: int, collection: str | None = None) -> str:
    return shopify.page_url("", number, collection)


def test_pages_are_walked_until_one_is_empty(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/meta.json", b'{"currency":"SEK"}')
    for number, held in enumerate(((1, 2), (3,), ()), start=1):
        site.put(page(number), listing(*held))
    done = walked(merchant(currency=None))
    assert (done.report.status, done.report.records) == ("complete", 3)
    assert {offer["currency"] for offer in done.offers} == {"SEK"}


@pytest.fixture
def _short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "LAST_PAGE", 2)


@pytest.mark.usefixtures("_short_reach")
def test_past_its_reach_the_listing_is_walked_by_collection(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/meta.json", b'{"currency":"EUR"}')
    site.put(page(1), listing(1, 2))
    site.put(page(2), listing(3, 4))
    site.put("/collections.json?limit=250&page=1", orjson.dumps({"collections": [
        {"handle": "old", "products_count": 2}, {"handle": "new", "products_count": 251}, {"handle": "none", "products_count": 0},
    ]}))
    site.put("/collections.json?limit=250&page=2", b'{"collections":[]}')
    site.put(page(1, "old"), listing(1, 2))
    site.put(page(1, "new"), listing(4, 5))
    site.put(page(2, "new"), listing(6))
    done = walked(merchant())
    assert sorted(offer["native_product_id"] for offer in done.offers) == ["1", "2", "3", "4", "5", "6"]
    assert done.report.status == "partial"
    assert "cut at 25000" in done.report.error
    assert page(1, "none") not in site.paths()


def test_a_shop_closed_by_a_password_is_left_alone(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/meta.json", (302, {"Location": "/password"}, b""))
    site.put("/password", b"<html>Enter</html>")
    done = walked(merchant())
    assert (done.report.status, site.paths()) == ("failed", ["/meta.json", "/password"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_shop_is_left_alone(site: Site, merchant: Callable[..., Merchant], walked: Walk, status: int) -> None:
    site.put("/meta.json", (status, {}, b""))
    done = walked(merchant())
    assert (done.report.status, site.paths()) == ("failed", ["/meta.json"])
