"""Shopify's listing: page after page of /products.json until one is empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dealhouse.scraping.parsers import shopify

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

MOST_FAILED_PAGES = 2


async def walk(crawl: Crawl) -> None:
    """Past Shopify's reach the listing ends though the catalogue may not."""
    meta = await crawl.fetcher.get(crawl.merchant.url("/meta.json"), crawl.merchant)
    crawl.context = replace(crawl.context, currency=shopify.currency_of(meta.body) or crawl.merchant.currency)
    failed_in_a_row = 0
    for page in range(1, shopify.REACH // shopify.PAGE_LIMIT + 1):
        rows = await crawl.visit(shopify.page_url(crawl.merchant.base_url, page))
        if rows == 0:
            return
        failed_in_a_row = failed_in_a_row + 1 if rows is None else 0
        if failed_in_a_row == MOST_FAILED_PAGES:
            crawl.break_off()
            return
    crawl.break_off(f"the listing is cut at {shopify.REACH} products")
