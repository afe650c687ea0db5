"""What listings by page share: walking until a page is empty, and telling offers that were seen before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dealhouse.errors import FetchRefusedError
from dealhouse.scraping.offer import Context, Offer, Reject

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

MOST_FAILED_PAGES = 2
MOST_PAGES = 10_000


async def until_empty(
    crawl: Crawl, page_url: Callable[[int], str], most: int = MOST_PAGES, pages_header: str | None = None
) -> bool:
    """Visit page after page. Whether the end was seen; where pages fail one after the other the crawl is broken off.

    An unchanged page counts as one that has rows: only an empty one, which is fetched in full each time, is the end, or the page
    whose number the answer's own `pages_header` tells.
    """
    failed_in_a_row = 0
    for page in range(1, most + 1):
        rows = await crawl.visit(page_url(page))
        if page == 1 and crawl.last is not None and crawl.last.is_gone:
            crawl.break_off(f"no such listing: {page_url(1)}")
            return True
        if rows == 0 or (pages_header is not None and rows is not None and _is_last(crawl, page, pages_header)):
            return True
        failed_in_a_row = failed_in_a_row + 1 if rows is None else 0
        if failed_in_a_row == MOST_FAILED_PAGES:
            crawl.break_off()
            return True
    return False


def _is_last(crawl: Crawl, page: int, pages_header: str) -> bool:
    told = crawl.last.headers.get(pages_header, "") if crawl.last is not None else ""
    return told.isascii() and told.isdigit() and 0 < int(told) <= page


def closed_by_password(url: str) -> FetchRefusedError:
    return FetchRefusedError(url, "the shop is closed by a password")


class Unseen:
    """A crawl's extract that passes an offer once: a product stands in several collections.

    `rows` is what the last document held, passed on or not.
    """

    def __init__(self, crawl: Crawl) -> None:
        self.extract = crawl.format.extract
        self.seen: set[int] = set()
        self.rows = 0
        crawl.format = replace(crawl.format, extract=self)

    def __call__(self, document: bytes, context: Context) -> Iterator[Offer | Reject]:
        self.rows = 0
        for found in self.extract(document, context):
            self.rows += 1
            if isinstance(found, Reject):
                yield found
                continue
            identity = hash((found.native_product_id, found.native_variant_id))
            if identity not in self.seen:
                self.seen.add(identity)
                yield found
