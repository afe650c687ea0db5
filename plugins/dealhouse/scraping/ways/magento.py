"""Magento's GraphQL: the store's currency and its number of pages first, then each page; option `store` names a store view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError
from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers import magento
from dealhouse.scraping.parsers.jsonrows import load, mapping
from dealhouse.scraping.ways.listing import MOST_FAILED_PAGES

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

MOST_PAGES = 2000


async def walk(crawl: Crawl) -> None:
    """Raises FetchRefusedError when the shop does not answer as Magento does."""
    store = crawl.merchant.options.get("store")
    if isinstance(store, str):
        crawl.headers = {**crawl.headers, "Store": store}
    pages = await _store(crawl)
    failed_in_a_row = 0
    for page in range(1, min(pages, MOST_PAGES) + 1):
        rows = await crawl.visit(magento.page_url(crawl.merchant.base_url, page))
        failed_in_a_row = failed_in_a_row + 1 if rows is None else 0
        if failed_in_a_row == MOST_FAILED_PAGES:
            crawl.break_off()
            return
    if pages > MOST_PAGES:
        crawl.break_off(f"{pages} pages, of which {MOST_PAGES} were visited")


async def _store(crawl: Crawl) -> int:
    """The number of pages; the store's currency and page suffix go into the context."""
    url = magento.query_url(crawl.merchant.base_url, magento.STORE)
    fetched = await crawl.get(url)
    try:
        data = mapping(mapping(load(fetched.body)).get("data"))
    except ValueError as error:
        raise FetchRefusedError(url, f"no GraphQL: {error}") from error
    config = mapping(data.get("storeConfig"))
    pages = mapping(mapping(data.get("products")).get("page_info")).get("total_pages")
    if not isinstance(pages, int) or isinstance(pages, bool):
        raise FetchRefusedError(url, "no number of pages in the answer")
    currency = clean(config.get("default_display_currency_code")) or clean(config.get("base_currency_code"))
    suffix = config.get("product_url_suffix")
    options = {**crawl.context.options, **({"url_suffix": suffix} if isinstance(suffix, str) else {})}
    crawl.context = replace(crawl.context, currency=currency or crawl.merchant.currency, options=options)
    return pages
