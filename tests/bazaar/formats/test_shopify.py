from collections.abc import Callable

import orjson
import pytest

from bazaar.formats import shopify
from bazaar.rows import Window, money

Windows = Callable[..., list[Window]]


def test_pages_end_with_an_empty_list_and_hold_every_row_once(windows: Windows) -> None:
    for shown in windows("shopify"):
        seen: list[int] = []
        page = 1
        while products := orjson.loads((document := shopify.products(shown, 50, page)).body)["products"]:
            variants = [variant for product in products for variant in product["variants"]]
            assert document.records == len(variants)
            seen += [variant["id"] for variant in variants]
            page += 1
        assert seen == [int(row.listing.native_variant_id) for row in shown.rows]


def test_prices_are_strings_and_the_currency_stands_in_meta_only(windows: Windows) -> None:
    shown = windows("shopify")[0]
    document = shopify.products(shown, 250, 1)
    assert b"currency" not in document.body
    assert b"barcode" not in document.body
    assert orjson.loads(shopify.meta(shown).body)["currency"] == shown.merchant.currency
    by_id = {int(row.listing.native_variant_id): row for row in shown.rows}
    for product in orjson.loads(document.body)["products"]:
        for variant in product["variants"]:
            row = by_id[variant["id"]]
            if row.listing.broken is None:
                assert variant["price"] == money(row.price)
                assert variant["available"] is row.in_stock


def test_broken_rows_are_counted(windows: Windows) -> None:
    for shown in windows("shopify"):
        documents = [shopify.products(shown, 250, page) for page in range(1, 5)]
        assert sum(document.broken for document in documents) == shown.broken > 0


def test_limits_are_shopifys(windows: Windows) -> None:
    shown = windows("shopify")[0]
    assert shopify.products(shown, 1000, 1).body == shopify.products(shown, 250, 1).body
    with pytest.raises(ValueError, match="25000"):
        shopify.products(shown, 250, 101)
