"""An API through its mapping: one document, or page after page by number, offset, cursor, next address or Link header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from dealhouse.errors import BadInputError, FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import mapping as mappings
from dealhouse.scraping import secrets
from dealhouse.scraping.fetcher import Fetched
from dealhouse.scraping.mapping import Mapping, Paging
from dealhouse.scraping.parsers.api import value_at
from dealhouse.scraping.parsers.jsonrows import load
from dealhouse.scraping.ways.listing import MOST_FAILED_PAGES

if TYPE_CHECKING:
    from dealhouse.scraping.crawl import Crawl

_NEXT = re.compile(r"<([^<>]{1,2000})>\s*;[^,]{0,200}?\brel=\"?next\b", re.I)


async def walk(crawl: Crawl) -> None:
    """Raises FetchRefusedError when the mapping is wrong, ConfigurationError when the environment lacks one of its variables."""
    try:
        mapping = mappings.read(crawl.merchant.options.get("mapping"))
    except BadInputError as error:
        raise FetchRefusedError(crawl.merchant.base_url, str(error)) from error
    crawl.headers = {**crawl.headers, **{name: secrets.header(text) for name, text in mapping.headers.items()}}
    if mapping.paging is None:
        await crawl.visit(crawl.merchant.url(mapping.path))
    elif mapping.paging.by in ("page", "offset"):
        await _by_number(crawl, mapping, mapping.paging)
    else:
        await _by_answer(crawl, mapping, mapping.paging)


async def _by_number(crawl: Crawl, mapping: Mapping, paging: Paging) -> None:
    failed_in_a_row = 0
    for number in range(paging.most):
        place = paging.start + number if paging.by == "page" else number * paging.size
        rows = await crawl.visit(crawl.merchant.url(mapping.path.replace(f"{{{paging.by}}}", str(place))))
        total = _told(crawl.last, paging.total) if paging.total else None
        if rows == 0 or (isinstance(total, int) and number + 1 >= total):
            return
        failed_in_a_row = failed_in_a_row + 1 if rows is None else 0
        if failed_in_a_row == MOST_FAILED_PAGES:
            crawl.break_off()
            return
    crawl.break_off(f"more than {paging.most} pages")


async def _by_answer(crawl: Crawl, mapping: Mapping, paging: Paging) -> None:
    """Each answer says where the next is."""
    url, seen = crawl.merchant.url(mapping.path.replace("{cursor}", "")), set[str]()
    for _ in range(paging.most):
        seen.add(url)
        if await crawl.visit(url) is None:
            crawl.break_off()
            return
        following = _following(crawl, mapping, paging, url, await _answer(crawl, url))
        if following is None:
            return
        if following in seen:
            crawl.break_off(f"the listing goes round: {secrets.redact(following)}")
            return
        url = following
    crawl.break_off(f"more than {paging.most} pages")


async def _answer(crawl: Crawl, url: str) -> Fetched | None:
    """The answer to the last visit in full: one that was unchanged, or visited before a restart, is asked for once more."""
    if crawl.last is not None and crawl.last.body:
        return crawl.last
    try:
        return await crawl.fetcher.get(url, crawl.merchant, headers=crawl.headers)
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.break_off(str(error))
        return None


def _following(crawl: Crawl, mapping: Mapping, paging: Paging, url: str, answer: Fetched | None) -> str | None:
    """The next document's address, or None at the end. Only the merchant's own host is followed: the headers hold its secrets."""
    if paging.by == "link":
        link = _NEXT.search(answer.headers.get("link", "") if answer else "")
        return _own(crawl, urljoin(url, link[1])) if link else None
    told = _told(answer, paging.at or "")
    if not isinstance(told, (str, int)) or isinstance(told, bool) or told == "":
        return None
    if paging.by == "next":
        return _own(crawl, urljoin(url, str(told)))
    return crawl.merchant.url(mapping.path.replace("{cursor}", quote(str(told), safe="")))


def _own(crawl: Crawl, url: str) -> str | None:
    base = crawl.merchant.base_url
    if url == base or url.startswith((f"{base}/", f"{base}?")):
        return url
    crawl.break_off(f"the next page is elsewhere: {secrets.redact(url)}")
    return None


def _told(answer: Fetched | None, path: str) -> object:
    try:
        return value_at(load(answer.body), path) if answer is not None else None
    except ValueError:
        return None
