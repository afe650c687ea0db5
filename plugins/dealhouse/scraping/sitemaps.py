"""Sitemaps (sitemaps.org/protocol.html): an index and its sitemaps, read one entry at a time, with recovery.

lastmod is a hint at most: real indexes have none. Entries on other hosts do not count, as the protocol has it.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO

from lxml import etree
from yarl import URL

MOST_URLS = 50_000  # per sitemap
MOST_SITEMAPS = 1_000
NESTING = 2


def entries(document: bytes) -> tuple[bool, list[str]]:
    """(is an index, the addresses of its entries) of a sitemap; what cannot be read as one has no entries."""
    events = etree.iterparse(
        BytesIO(document), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    found: list[str] = []
    is_index = False
    try:
        for _, element in events:
            name = re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""
            if name == "loc" and element.text and len(found) < MOST_URLS:
                found.append(element.text.strip())
            is_index = is_index or name == "sitemap"
            if name in ("url", "sitemap"):
                element.clear()
    except etree.XMLSyntaxError:
        pass  # what came before the break stands
    return is_index, found


async def pages(root: str, fetch: Callable[[str], Awaitable[bytes | None]]) -> AsyncIterator[str]:
    """Addresses of pages under a sitemap or index at `root`, each once. `fetch` gives a body, or None when it cannot be had."""
    host = URL(root).host
    seen = {root}
    waiting = [(root, 0)]
    while waiting and len(seen) < MOST_SITEMAPS * MOST_URLS:
        url, depth = waiting.pop(0)
        body = await fetch(url)
        if body is None:
            continue
        is_index, found = entries(body)
        fresh = [entry for entry in dict.fromkeys(found) if entry not in seen and _host(entry) == host]
        seen.update(fresh)
        if is_index:
            waiting.extend((entry, depth + 1) for entry in fresh[:MOST_SITEMAPS] if depth + 1 < NESTING)
            continue
        for entry in fresh:
            yield entry


def _host(url: str) -> str | None:
    try:
        return URL(url).host
    except ValueError:
        return None
