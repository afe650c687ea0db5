"""WooCommerce's Store API: page after page until the last by its own count, or one that is empty.

An older shop's listing is at the path without a version.
With the option `variations` the variations are a second listing: each with its own price, where the product shows the lowest.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError
from dealhouse.scraping.parsers import woocommerce
from dealhouse.scraping.ways.listing import until_empty

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

PAGES = "x-wp-totalpages"


async def walk(crawl: Crawl) -> None:
    base = crawl.merchant.base_url
    path = await _path(crawl)
    kinds = (False, True) if crawl.merchant.options.get("variations") is True else (False,)
    for variations in kinds:
        listing = partial(woocommerce.page_url, base, path=path, variations=variations)
        if not await until_empty(crawl, listing, pages_header=PAGES):
            crawl.break_off("the listing has no end")


async def _path(crawl: Crawl) -> str:
    """Where the listing is; asked only when nothing is known of the shop yet. Raises FetchRefusedError when there is none."""
    known = crawl.merchant.options.get("store_path")
    if isinstance(known, str):
        return known
    base = crawl.merchant.base_url
    for path in (woocommerce.PATH, woocommerce.OLD_PATH):
        if woocommerce.page_url(base, 1, path=path) in crawl.previous:
            return path
    for path in (woocommerce.PATH, woocommerce.OLD_PATH):
        if not (await crawl.get(f"{base}{path}?per_page=1")).is_gone:
            return path
    raise FetchRefusedError(base, "no Store API")
