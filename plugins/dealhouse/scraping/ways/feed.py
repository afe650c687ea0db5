"""A feed: one document that holds every offer, at `feed_path`; for Google's also the promotions that its rows name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.parsers import google_merchant

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

DEFAULT_PATH = "/feed.xml"


async def walk(crawl: Crawl) -> None:
    await _promotions(crawl)
    await crawl.visit(crawl.merchant.url(crawl.merchant.options.get("feed_path", DEFAULT_PATH)))


async def _promotions(crawl: Crawl) -> None:
    """The codes of what a feed names by id; without them its offers stand as they are."""
    path = crawl.merchant.options.get("promotions_path")
    if path is None:
        return
    try:
        fetched = await crawl.fetcher.get(crawl.merchant.url(path), crawl.merchant)
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.errors.append(str(error))
        return
    crawl.context = replace(crawl.context, promotions=google_merchant.promotions(fetched.body, crawl.context.as_of))
