"""Sitemaps (sitemaps.org/protocol.html): an index and its sitemaps, read one entry at a time, with recovery.

lastmod is a hint at most: real indexes have none. Entries on other hosts do not count, as the protocol has it.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from typing import NamedTuple

from lxml import etree
from yarl import URL

MOST_URLS = 50_000  # per sitemap
MOST_SITEMAPS = 1_000
NESTING = 3  # an index, and where shops nest one more against the protocol, that one's
MOST_LENGTH = 2_048  # characters of an address
ROOT = rb"(?:[\w.-]+:)?(?:urlset|sitemapindex)"
END = re.compile(rb"</\s*" + ROOT + rb"\s*>|<" + ROOT + rb"\b[^<>]*/>", re.IGNORECASE)
END_WITHIN = 4_096  # bytes: generators sign below it


class Entry(NamedTuple):
    """An address, and when it changed last, as the sitemap has it."""

    url: str
    lastmod: str | None


def entries(document: bytes) -> tuple[bool, list[Entry]]:
    """(is an index, its entries) of a sitemap; what cannot be read as one has no entries."""
    events = etree.iterparse(
        BytesIO(document), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    found: list[Entry] = []
    url, lastmod, is_index = None, None, False
    try:
        for _, element in events:
            name = re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""
            text = (element.text or "").strip()
            if name == "loc" and url is None:  # an image's own loc comes after the page's
                url = text
            elif name == "lastmod":
                lastmod = text[:40] or None
            elif name in ("url", "sitemap"):
                if url and len(url) <= MOST_LENGTH and len(found) < MOST_URLS:
                    found.append(Entry(url, lastmod))
                is_index = is_index or name == "sitemap"
                url, lastmod = None, None
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        pass  # what came before the break stands
    if url and len(url) <= MOST_LENGTH:
        found.append(Entry(url, lastmod))
    return is_index, found


def is_whole(document: bytes) -> bool:
    """Whether a sitemap ends as one: what was cut short, or is no sitemap, lists fewer pages than there are."""
    return END.search(document, max(len(document) - END_WITHIN, 0)) is not None


async def pages(root: str, fetch: Callable[[str], Awaitable[bytes | None]]) -> AsyncIterator[Entry]:
    """Pages under a sitemap or index at `root`, each once. `fetch` gives a body, or None when it cannot be had."""
    host = URL(root).host
    seen = {root}
    waiting = [(root, 0)]
    sitemaps = 0
    while waiting and sitemaps < MOST_SITEMAPS:
        url, depth = waiting.pop(0)
        sitemaps += 1
        body = await fetch(url)
        if body is None:
            continue
        is_index, found = entries(body)
        known = {entry.url: entry for entry in found}
        fresh = [entry for url, entry in known.items() if url not in seen and host_of(url) == host]
        seen.update(entry.url for entry in fresh)
        if is_index:
            waiting.extend((entry.url, depth + 1) for entry in fresh[:MOST_SITEMAPS] if depth + 1 < NESTING)
            continue
        for entry in fresh:
            yield entry


def host_of(url: str) -> str | None:
    """The host of an address as a merchant wrote it; None for what is none (`http://[`)."""
    try:
        return URL(url).host
    except ValueError:
        return None
