"""Product pages: those that the sitemap lists and that are due, a handful at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import sitemaps
from dealhouse.scraping.known import NOTHING
from dealhouse.scraping.secrets import redact
from dealhouse.settings import settings

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

DEFAULT_PATH = "/sitemap.xml"
TOGETHER = 32  # pages asked for at a time; how many are in flight is the fetcher's business


async def walk(crawl: Crawl) -> None:
    """Written in the sitemap's order, whatever order the pages come in."""

    async def sitemap(url: str) -> bytes | None:
        return await _sitemap(crawl, url)

    root = crawl.merchant.url(crawl.merchant.options.get("sitemap_path", DEFAULT_PATH))
    waiting: dict[str, str | None] = {}
    async for url, lastmod in sitemaps.pages(root, sitemap):
        if not crawl.previous.get(redact(url), NOTHING).is_due(crawl.context.as_of, lastmod, settings().revisit_runs):
            crawl.skip(url)
            continue
        waiting[url] = lastmod
        if len(waiting) == TOGETHER:
            await crawl.visit_all(list(waiting), waiting)
            waiting = {}
    await crawl.visit_all(list(waiting), waiting)


async def _sitemap(crawl: Crawl, url: str) -> bytes | None:
    """A sitemap's body; one that cannot be had breaks the crawl off, but what the others list still counts."""
    try:
        fetched = await crawl.get(url)
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.break_off(str(error))
        return None
    if fetched.is_gone:
        crawl.break_off(f"no sitemap: {url}")
    elif not sitemaps.is_whole(fetched.body):
        crawl.break_off(f"a sitemap without an end: {url}")
    return fetched.body
