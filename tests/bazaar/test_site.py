from collections.abc import Callable

import pytest

from bazaar.rows import Window
from bazaar.site import Site, rows_address

Windows = Callable[..., list[Window]]


@pytest.mark.parametrize(
    ("platform", "path"),
    [("shopify", "/meta.json"), ("shopify", "/robots.txt"), ("google_merchant", "/feed.xml"), ("google_merchant", "/robots.txt"),
     ("jsonld", "/robots.txt"), ("jsonld", "/sitemap.xml"), ("jsonld", "/sitemaps/products-1.xml"), ("jsonld", "/"),
     ("jsonld", "/private/account")],
)  # fmt: skip
def test_known_paths(windows: Windows, platform: str, path: str) -> None:
    document = Site(windows(platform)[0]).document(path, {})
    assert document is not None
    assert document.body


@pytest.mark.parametrize(
    ("platform", "path"),
    [("shopify", "/feed.xml"), ("google_merchant", "/products.json"), ("jsonld", "/p/nothing"),
     ("jsonld", "/sitemaps/products-x.xml"), ("jsonld", "/sitemaps/products-0.xml"), ("jsonld", "/sitemaps/products-99.xml")],
)  # fmt: skip
def test_unknown_paths(windows: Windows, platform: str, path: str) -> None:
    assert Site(windows(platform)[0]).document(path, {}) is None


def test_pages_of_a_listing_are_told_apart(windows: Windows) -> None:
    site = Site(windows("shopify")[0])
    first, second = (site.document("/products.json", {"limit": "5", "page": page}) for page in ("1", "2"))
    assert first != second
    assert site.document("/products.json", {"page": "junk"}) == site.document("/products.json", {})
    assert rows_address("/products.json", {"page": "2"}) != rows_address("/products.json", {"page": "1"})


def test_a_page_changes_only_when_its_row_does(windows: Windows) -> None:
    before, after = Site(windows("jsonld", -1)[0]), Site(windows("jsonld", 0)[0])
    old = {row.listing.path: row for row in before.window.rows}
    quiet = [row for row in after.window.rows if row.changed < 0 and row.listing.path in old]
    assert len(quiet) > 10
    for row in quiet:
        now, then = after.document(row.listing.path, {}), before.document(row.listing.path, {})
        assert now is not None
        assert then is not None
        assert now.etag == then.etag
