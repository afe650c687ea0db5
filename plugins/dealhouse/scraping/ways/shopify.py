"""Shopify's listing: page after page of /products.json until one is empty; past its reach, collection by collection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.parsers import shopify
from dealhouse.scraping.parsers.jsonrows import load, mapping, objects
from dealhouse.scraping.ways.listing import Unseen, closed_by_password, until_empty

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

LAST_PAGE = shopify.REACH // shopify.PAGE_LIMIT
MOST_COLLECTION_PAGES = 40  # of /collections.json: 10,000 collections


async def walk(crawl: Crawl) -> None:
    """A closed shop (401, 403, a password page) is left alone: FetchRefusedError."""
    meta = await crawl.get(crawl.merchant.url("/meta.json"))
    if meta.url.split("?", 1)[0].rstrip("/").endswith("/password"):
        raise closed_by_password(meta.url)
    crawl.context = replace(crawl.context, currency=shopify.currency_of(meta.body) or crawl.merchant.currency)
    base, unseen = crawl.merchant.base_url, Unseen(crawl)
    if not await until_empty(crawl, lambda page: shopify.page_url(base, page), LAST_PAGE):
        await _by_collection(crawl, unseen)


async def _by_collection(crawl: Crawl, unseen: Unseen) -> None:
    """More products than the listing reaches: each collection has a listing of its own. What stands in none stays unseen."""
    base, walked = crawl.merchant.base_url, 0
    for number in range(1, MOST_COLLECTION_PAGES + 1):
        collections = await _collections(crawl, f"{base}/collections.json?limit={shopify.PAGE_LIMIT}&page={number}")
        for handle, products in collections:
            pages = min(-(-products // shopify.PAGE_LIMIT), LAST_PAGE) if products is not None else LAST_PAGE
            walked += 1
            for page in range(1, pages + 1):
                rows = await crawl.visit(shopify.page_url(base, page, quote(handle)))
                if rows is None or (rows == 0 and unseen.rows == 0):
                    break
        if not collections:
            break
    crawl.break_off(f"the listing is cut at {shopify.REACH} products; {walked} collections were walked")


async def _collections(crawl: Crawl, url: str) -> list[tuple[str, int | None]]:
    """Handles with the number of their products, where it is told."""
    try:
        fetched = await crawl.get(url)
        page = load(fetched.body)
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.errors.append(str(error))
        return []
    except ValueError:
        return []
    found = [(entry.get("handle"), entry.get("products_count")) for entry in objects(mapping(page).get("collections"))]
    return [(handle, count if isinstance(count, int) else None) for handle, count in found if isinstance(handle, str) and handle]
