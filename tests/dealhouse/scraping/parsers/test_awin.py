import gzip
from collections.abc import Callable
from typing import Any

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import awin

Make = Callable[..., Context]
ROW = {
    "aw_deep_link": "https://www.awin1.com/pclick.php?p=1", "product_name": "Lamp", "aw_product_id": "111",
    "merchant_product_id": "M1", "search_price": "12.99", "currency": "GBP", "merchant_deep_link": "https://acme.example/p/1",
}  # fmt: skip


def one(context: Context, **changes: str | None) -> Offer | Reject:
    row = {name: value for name, value in {**ROW, **changes}.items() if value is not None}
    (found,) = awin.extract(",".join(row).encode() + b"\n" + ",".join(f'"{value}"' for value in row.values()).encode(), context)
    return found


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {"price": "12.99", "currency": "GBP", "native_product_id": "M1", "url": "https://acme.example/p/1",
              "affiliate_url": "https://www.awin1.com/pclick.php?p=1", "availability": "unknown"}),
        ({"search_price": None, "currency": None, "display_price": "GBP12.99"}, {"price": "12.99", "currency": "GBP"}),
        ({"merchant_product_id": None}, {"native_product_id": "111"}),
        ({"merchant_deep_link": None, "aw_deep_link": "https://www.awin1.com/cread.php?ued=https%3A%2F%2Facme.example%2Fp%2F2"},
         {"url": "https://acme.example/p/2"}),
        ({"product_price_old": "19.99", "rrp_price": "25"}, {"reference_price": "19.99", "reference_kind": "regular"}),
        ({"product_price_old": "", "rrp_price": "25"}, {"reference_price": "25.00", "reference_kind": "rrp"}),
        ({"base_price": "99.99"}, {"price": "12.99", "reference_price": None}),
        ({"in_stock": "1"}, {"availability": "in"}),
        ({"in_stock": "0", "stock_status": ""}, {"availability": "out"}),
        ({"in_stock": "0", "stock_status": "pre-order"}, {"availability": "preorder"}),
        ({"in_stock": "1", "is_for_sale": "0"}, {"availability": "out"}),
        ({"pre_order": "1", "in_stock": "0"}, {"availability": "preorder"}),
        ({"stock_quantity": "0"}, {"availability": "out"}),
        ({"ean": "", "upc": "036000291452"}, {"gtin": "00036000291452"}),
        ({"ean": "1", "product_GTIN": "4006381333931"}, {"gtin": "04006381333931"}),
        ({"delivery_cost": "4.95", "promotional_text": "10% off"}, {"shipping_cost": "4.95", "terms": "10% off"}),
        ({"Fashion:size": "M", "colour": "Blue", "parent_product_id": "P"}, {"variant_title": "Blue / M", "item_group_id": "P"}),
        ({"average_rating": "4.5", "reviews": "12"}, {"rating": 4.5, "review_count": 12}),
    ],
)  # fmt: skip
def test_a_row_is_an_offer(context: Make, changes: dict[str, str | None], told: dict[str, Any]) -> None:
    offer = one(context(currency=None, country="GB", language="en"), **changes)
    assert isinstance(offer, Offer)
    assert {name: offer.as_record().get(name) for name in told} == told


def test_a_compressed_feed_is_read(context: Make) -> None:
    body = gzip.compress(b"product_name|aw_product_id|search_price\nLamp|1|5.00\nLamp|2|6.00\n")
    assert [str(found.price) for found in awin.extract(body, context()) if isinstance(found, Offer)] == ["5.00", "6.00"]


PRODUCT = (
    b'{"meta":{"advertiser_id":1},"product_basic":{"id":"%d","title":"Pen","link":"https://e.example/p","aw_deep_link":'
    b'"https://www.awin1.com/c"},"price_and_availability":{"availability":"in_stock","price":"15.00 GBP",'
    b'"sale_price":"5.00 GBP"},'
    b'"product_identifiers":{"gtin":["3243567980126"]},'
    b'"shipping":{"shipping":[{"country":"GB","price":"3.00 GBP"}]}}\n'
)


def test_an_enhanced_feed_is_lines_of_googles_fields(context: Make) -> None:
    (offer,) = awin.extract(PRODUCT % 1, context(country="GB"))
    assert isinstance(offer, Offer)
    assert (str(offer.price), str(offer.reference_price), offer.gtin) == ("5.00", "15.00", "03243567980126")
    assert (offer.affiliate_url, offer.url, str(offer.shipping_cost)) == (
        "https://www.awin1.com/c",
        "https://e.example/p",
        "3.00",
    )


@pytest.mark.parametrize(
    ("end", "reasons"),
    [
        (b'{"status":"done"}\n', [None, "duplicate_id", None]),
        (PRODUCT[:99], [None, "duplicate_id", None, "malformed_record", "truncated_document"]),
        (b"oops\n", [None, "duplicate_id", None, "malformed_record"]),
    ],
)
def test_lines_are_counted_to_the_last(context: Make, end: bytes, reasons: list[str | None]) -> None:
    found = awin.extract(PRODUCT % 1 + PRODUCT % 2 + PRODUCT % 2 + end, context())
    assert [each.reason if isinstance(each, Reject) else None for each in found] == reasons
