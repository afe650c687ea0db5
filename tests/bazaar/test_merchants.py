import re

from bazaar.merchants import build_merchants, registry
from bazaar.sizes import SIZES
from bazaar.world import World


def test_merchants_have_addresses_and_slugs_of_their_own() -> None:
    merchants = build_merchants(SIZES["default"], 7, 8700)
    assert len(merchants) == 60
    assert len({m.host for m in merchants}) == len({m.merchant_id for m in merchants}) == 60
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", m.merchant_id) for m in merchants)
    assert {m.platform for m in merchants} == {"shopify", "google_merchant", "jsonld"}
    assert len({m.currency for m in merchants}) >= 4


def test_the_flawed_feeds_exist_once_each(small: World) -> None:
    assert sorted(m.feed_flaw for m in small.merchants if m.feed_flaw) == ["raw_ampersand", "undeclared_prefix"]


def test_the_registry_says_where_to_go(tiny: World) -> None:
    entries = {entry["platform"]: entry for entry in registry(tiny.merchants)["merchants"]}
    assert entries["google_merchant"]["options"] == {"feed_path": "/feed.xml", "promotions_path": "/promotions.xml"}
    assert entries["jsonld"]["options"] == {"sitemap_path": "/sitemap.xml"}
    assert entries["shopify"]["base_url"] == "http://127.10.0.1:8700"
    assert all(entry["is_local"] is True and entry["spacing_seconds"] == 0.02 for entry in entries.values())
