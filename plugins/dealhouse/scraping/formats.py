"""What we read: each format's parser, the way its documents are walked, and whether a document is a part of the list itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import api, awin, cj, google_merchant, html, impact, magento, rakuten, shopify, woocommerce
from dealhouse.scraping.ways import api as api_way
from dealhouse.scraping.ways import feed, pages
from dealhouse.scraping.ways import magento as magento_way
from dealhouse.scraping.ways import shopify as shopify_way
from dealhouse.scraping.ways import woocommerce as woocommerce_way

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

Extract = Callable[[bytes, Context], Iterator[Offer | Reject]]
Walk = Callable[["Crawl"], Awaitable[None]]


@dataclass(frozen=True)
class Format:
    """`is_listing`: a document is itself a part of the list of offers, so one that cannot be read is a gap in the list."""

    extract: Extract
    walk: Walk
    is_listing: bool = True


FORMATS: dict[str, Format] = {
    "shopify": Format(shopify.extract, shopify_way.walk),
    "woocommerce": Format(woocommerce.extract, woocommerce_way.walk),
    "magento": Format(magento.extract, magento_way.walk),
    "api": Format(api.extract, api_way.walk),
    "google_merchant": Format(google_merchant.extract, feed.walk),
    "awin": Format(awin.extract, feed.walk),
    "impact": Format(impact.extract, feed.walk),
    "cj": Format(cj.extract, feed.walk),
    "rakuten": Format(rakuten.extract, feed.walk),
    "html": Format(html.extract, pages.walk, is_listing=False),
}
