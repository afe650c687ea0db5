from collections.abc import Callable
from typing import Any

import orjson

from dealhouse.scraping.parsers import magento
from dealhouse.scraping.registry import Merchant

Site = Any
Walk = Callable[[Merchant], Any]
BASE = "http://a.example"
STORE = magento.query_url(BASE, magento.STORE).removeprefix(BASE)


def store(pages: int) -> bytes:
    config = {"base_currency_code": "USD", "default_display_currency_code": "SAR", "product_url_suffix": ".htm"}
    return orjson.dumps({"data": {"storeConfig": config, "products": {"page_info": {"total_pages": pages}}}})


def page(number: int) -> str:
    return magento.page_url(BASE, number).removeprefix(BASE)


def listing(*numbers: int) -> bytes:
    price = {"minimum_price": {"final_price": {"value": 5.5}, "regular_price": {"value": 6}}}
    items = [{"uid": str(number), "sku": f"s{number}", "name": f"Lamp {number}", "url_key": f"l{number}", "price_range": price}
             for number in numbers]
    return orjson.dumps({"data": {"products": {"items": items}}})


def test_each_page_is_walked_in_the_stores_currency(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(STORE, store(2))
    site.put(page(1), listing(1, 2))
    site.put(page(2), listing(3))
    done = walked(merchant(platform="magento", currency=None, options={"store": "en_SA"}))
    assert (done.report.status, done.report.records) == ("complete", 3)
    assert (done.offers[0]["currency"], done.offers[0]["url"]) == ("SAR", f"{site.url}/l1.htm")
    assert {request.headers.get("Store") for request in site.asked if request.path != "/robots.txt"} == {"en_SA"}


def test_an_answer_with_errors_is_a_gap(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(STORE, store(2))
    site.put(page(1), b'{"errors":[{"message":"Internal server error"}]}')
    site.put(page(2), listing(3))
    done = walked(merchant(platform="magento"))
    assert (done.report.status, done.report.records) == ("partial", 1)


def test_what_is_no_magento_is_a_failure(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(STORE, b"<html>")
    assert walked(merchant(platform="magento")).report.status == "failed"
