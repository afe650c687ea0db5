"""A feed: one document that holds every offer; for Google's also the promotions that its rows name.

It stands at `feed_path` of the merchant's site, or at `feed_url`: a network's address, in which `${NAME}` stands for a secret of
the environment (scraping.secrets). The fetcher alone ever sees the secret.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.parsers import google_merchant
from dealhouse.scraping.secrets import redact

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl
    from dealhouse.scraping.registry import Merchant

DEFAULT_PATH = "/feed.xml"


async def walk(crawl: Crawl) -> None:
    await _promotions(crawl)
    await crawl.visit(address(crawl.merchant))
    if crawl.last is not None and crawl.last.is_gone:
        crawl.break_off(f"no feed: {redact(address(crawl.merchant))}")


def address(merchant: Merchant) -> str:
    """The feed's address, its placeholders as they are."""
    return _absolute(merchant, merchant.options.get("feed_url") or merchant.options.get("feed_path") or DEFAULT_PATH)


def _absolute(merchant: Merchant, where: str) -> str:
    return where if where.startswith(("https://", "http://")) else merchant.url(where)


async def _promotions(crawl: Crawl) -> None:
    """The codes of what a feed names by id; without them its offers stand as they are."""
    path = crawl.merchant.options.get("promotions_path")
    if path is None:
        return
    try:
        fetched = await crawl.get(_absolute(crawl.merchant, path))
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.errors.append(str(error))
        return
    crawl.context = replace(crawl.context, promotions=google_merchant.promotions(fetched.body, crawl.context.as_of))
