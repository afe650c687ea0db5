from collections import Counter
from itertools import pairwise

from bazaar.offers import BREAKAGE
from bazaar.world import World


def test_native_ids_tell_listings_apart(small: World) -> None:
    keys = Counter((item.merchant, item.native_product_id, item.native_variant_id) for item in small.listings)
    assert max(keys.values()) == 1
    assert [item.number for item in small.listings] == list(range(len(small.listings)))


def test_one_product_is_listed_by_several_merchants(small: World) -> None:
    merchants: dict[int, set[int]] = {}
    for item in small.listings:
        merchants.setdefault(item.true_index, set()).add(item.merchant)
    assert sum(len(found) > 1 for found in merchants.values()) > 0.6 * len(merchants)


def test_identifiers_are_missing_and_wrong_as_in_life(small: World) -> None:
    shown = [item for item in small.listings if item.gtin]
    right = [item for item in shown if item.valid_gtin == small.catalogue.gtin[item.true_index]]
    unreadable = [item for item in shown if item.valid_gtin is None]
    assert 0.2 < len(shown) / len(small.listings) < 0.6
    assert 0.9 < len(right) / len(shown) < 1
    assert unreadable
    assert not any(item.gtin for item in small.listings if small.merchants[item.merchant].platform == "shopify")


def test_a_few_percent_of_the_rows_are_broken_and_every_shop_has_one(small: World) -> None:
    broken = [item for item in small.listings if item.broken]
    assert 0.01 < len(broken) / len(small.listings) < 0.06
    assert {item.merchant for item in broken} == {merchant.number for merchant in small.merchants}
    assert all(item.broken in BREAKAGE[small.merchants[item.merchant].platform] for item in broken)


def test_some_listings_repeat_a_product_within_a_shop(small: World) -> None:
    copies = [item for item in small.listings if item.is_duplicate]
    assert 0 < len(copies) < 0.05 * len(small.listings)


def test_variants_of_a_shopify_product_share_its_title_and_stand_together(small: World) -> None:
    for merchant, listings in zip(small.merchants, small.listings_of, strict=True):
        if merchant.platform == "shopify":
            products = [item.native_product_id for item in listings]
            runs = 1 + sum(a != b for a, b in pairwise(products))
            assert runs == len(set(products))
            assert len({(item.native_product_id, item.title) for item in listings}) == runs
