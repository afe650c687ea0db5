from collections.abc import Callable
from typing import Any

import orjson

from dealhouse.scraping.parsers import woocommerce
from dealhouse.scraping.registry import Merchant

Site = Any
Walk = Callable[[Merchant], Any]
PROBE = f"{woocommerce.PATH}?per_page=1"


def listing(*numbers: int, **changes: Any) -> bytes:
    return orjson.dumps([
        {"id": number, "name": f"Lamp {number}", "permalink": f"https://a.example/{number}", "is_in_stock": True,
         "prices": {"price": "500", "currency_code": "EUR", "currency_minor_unit": 2}, **changes}
        for number in numbers
    ])


def test_pages_are_walked_until_one_is_empty(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(PROBE, listing(1))
    for number, held in enumerate(((1, 2), (3,), ()), start=1):
        site.put(woocommerce.page_url("", number), listing(*held))
    done = walked(merchant(platform="woocommerce"))
    assert (done.report.status, [offer["native_product_id"] for offer in done.offers]) == ("complete", ["1", "2", "3"])


def test_the_last_page_is_known_by_the_shops_own_count(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(PROBE, listing(1))
    for number in (1, 2):
        site.put(woocommerce.page_url("", number), (200, {"X-WP-TotalPages": "2"}, listing(number)))
    assert walked(merchant(platform="woocommerce")).report.records == 2
    assert woocommerce.page_url("", 3) not in site.paths()


def test_an_older_shop_lists_at_the_path_without_a_version(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(f"{woocommerce.OLD_PATH}?per_page=1", listing(1))
    site.put(woocommerce.page_url("", 1, path=woocommerce.OLD_PATH), listing(1))
    site.put(woocommerce.page_url("", 2, path=woocommerce.OLD_PATH), b"[]")
    assert walked(merchant(platform="woocommerce")).report.records == 1


def test_a_shop_without_a_listing_is_no_empty_shop(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    done = walked(merchant(platform="woocommerce"))
    assert done.report.status == "failed"
    assert "no Store API" in done.report.error


def test_variations_are_a_second_listing(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put(PROBE, b"[]")
    site.put(woocommerce.page_url("", 1), listing(1))
    site.put(woocommerce.page_url("", 2), b"[]")
    site.put(woocommerce.page_url("", 1, variations=True), listing(11, 12, parent=5, variation="Red"))
    site.put(woocommerce.page_url("", 2, variations=True), b"[]")
    done = walked(merchant(platform="woocommerce", options={"variations": True}))
    assert [(offer["native_product_id"], offer["native_variant_id"]) for offer in done.offers] == [("1", ""), ("5", "11"),
        ("5", "12")]
