"""What the history tells is what a reader of the documents finds: the platform's own parsers are the readers here."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bazaar import clock
from bazaar.canonical import SOURCE_KIND, lasting, passing
from bazaar.formats.document import Document
from bazaar.rows import Row, Window, window
from bazaar.site import Site
from bazaar.world import World
from dealhouse.scraping.offer import Context, Offer
from dealhouse.scraping.parsers import google_merchant, html, shopify

PARSERS = {"shopify": shopify, "google_merchant": google_merchant, "jsonld": html}
TIMES = ("sale_start", "sale_end", "source_updated_at")
# where and when it was read, and what a reader knows of the market itself
MOVING = {"document_url", "crawl_id", "observed_at", "loaded_at", "presence", "tax_included", "extractor", "confidence"}


def _documents(shown: Window) -> Iterator[tuple[str, Document]]:
    site = Site(shown)
    if shown.merchant.platform == "shopify":
        paths = [("/products.json", {"limit": "250", "page": str(page)}) for page in range(1, 4)]
    elif shown.merchant.platform == "google_merchant":
        paths = [("/feed.xml", {})]
    else:
        paths = [(row.listing.path, {}) for row in shown.rows]
    for path, query in paths:
        document = site.document(path, query)
        assert document is not None
        yield f"{shown.base_url}{path}", document


def _read(shown: Window, day: int) -> tuple[list[dict[str, Any]], int]:
    """(records of offers, number of rejects) as the platform's parser has them."""
    merchant, offers, rejects = shown.merchant, [], 0
    currency = merchant.currency if merchant.platform == "shopify" else None
    for url, document in _documents(shown):
        context = Context(
            merchant.merchant_id, SOURCE_KIND.get(merchant.platform, merchant.platform), merchant.country, "c", url,
            merchant.base_url, clock.instant(day), currency, merchant.language,
        )  # fmt: skip
        found = list(PARSERS[merchant.platform].extract(document.body, context))
        good = [entry.as_record() for entry in found if isinstance(entry, Offer)]
        assert (len(found), len(found) - len(good)) == (document.records, document.broken), url
        offers += good
        rejects += len(found) - len(good)
    return offers, rejects


def _told(shown: Window, row: Row, day: int) -> dict[str, Any]:
    record = lasting(shown.merchant, row.listing, 0) | passing(shown.merchant, row, day, listed=True)
    return _comparable(record)


def _comparable(record: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(record[name]) for name in TIMES if name in record}
    return {name: value for name, value in (record | times).items() if name not in MOVING and value != ""}


@pytest.mark.parametrize("number", range(12))
def test_a_reader_finds_what_the_history_tells(small: World, number: int) -> None:
    shown = window(small, small.market.days(-1, -1), number, -1)
    offers, rejects = _read(shown, -1)
    told = {(row.listing.native_product_id, row.listing.native_variant_id): _told(shown, row, -1) for row in shown.rows}
    assert rejects == shown.broken
    assert len(offers) == len(shown.rows) - shown.broken
    for offer in offers:
        assert _comparable(offer) == told[offer["native_product_id"], offer.get("native_variant_id", "")]
