"""The merchant's own number of a product, as the page shows it: a labelled line, an attribute, the address."""

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qsl, unquote

from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.address import parts
from dealhouse.scraping.parsers.page.sight import Sight

_ASIN = re.compile(r"/(B0[A-Z0-9]{8})(?=[/.])|/(?:dp|product)/(\d{9}[0-9X])(?=/)")
_PARAMETERS = ("sku", "pid", "productid", "product_id", "itemid", "item_id", "variant", "id", "article", "artnr", "iid")
_NUMBER = re.compile(r"(?<!\d)(\d{4,})(?!\d)")
_DIGIT = re.compile(r"\d")
_MARKS = re.compile(r"[\W_]")
_NUMBERED = re.compile(r"(?=(?:\D*\d){4})[A-Za-z]{0,4}\d+[A-Za-z]{0,2}(?:[./ -][A-Za-z]{0,2}\d+){0,4}\Z")
NEAR, FAR = 60, 400  # lines around the heading
_SHAPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,40}(?: [A-Za-z0-9./_-]*\d[A-Za-z0-9./_-]*){0,3}\Z")


def labelled(sight: Sight) -> tuple[str | None, str | None]:
    """What a label such as `SKU:`, `Art.-Nr.` or `Артикул` names, on lines of the product's own: near the heading; farther."""
    heading = sight.heading or 0
    far = None
    for match in _labels(sight, max(0, heading - 100), min(len(sight.lines), heading + FAR)):
        at = sight.line_at(match.start(1))
        value = _as_written(sight, at, match[1])
        if value is None or not any(letter.isdigit() for letter in value) or sight.marks(sight.nodes[at]) & words.ELSEWHERE:
            continue
        if at <= heading + NEAR:
            return value, value
        far = far or value
    return None, far


def _labels(sight: Sight, start: int, end: int) -> Iterator[re.Match[str]]:
    """The labels with their values from line `start` to `end`: a value has a digit, a label stands two lines before at most."""
    text = sight.text()
    numbered = [at for at in range(start, end) if _DIGIT.search(sight.lines[at])]
    first = None
    for at, following in pairwise([*numbered, sys.maxsize]):
        first = max(start, at - 2) if first is None else first
        if following > at + 3:  # else one stretch with the next
            yield from words.SKU.finditer(text, max(0, sight.start_of(first) - 1), sight.start_of(at + 1))
            first = None


def _as_written(sight: Sight, at: int, lowered: str) -> str | None:
    line = sight.lines[at]
    place = line.lower().find(lowered)
    value = (line[place:place + len(lowered)] if place >= 0 else lowered).strip(" .,-/")
    return value if len(value) >= 3 else None


def spelled(sight: Sight, marked: str | None) -> str | None:
    """A short line near the heading that is the markup's or the address's number, marks apart: `002.937.72` for 00293772."""
    if sight.heading is None:
        return None
    address = _squash(unquote(parts(sight.page.url).path))
    for line in sight.lines[max(0, sight.heading - NEAR):sight.heading + NEAR]:
        bare = _squash(line)
        if len(line) <= 20 and len(bare) >= 5 and _NUMBERED.match(line) and (bare in address or bare == _squash(marked or "")):
            return line
    return None


def _squash(text: str) -> str:
    return _MARKS.sub("", text).lower()


def asin(url: str) -> str | None:
    """Amazon's own number in an address: ten letters and digits of their own in the path."""
    found = _ASIN.search(unquote(parts(url).path) + "/")
    return found[1] or found[2] if found else None


def in_address(url: str) -> str | None:
    """The number that the address carries: a named parameter, else the last long number of its path."""
    address = parts(url)
    path = unquote(address.path)
    asked = {name.lower(): value for name, value in parse_qsl(address.query)}
    stated = next((asked[name] for name in _PARAMETERS if asked.get(name)), None)
    if stated and _SHAPED.match(stated):
        return stated
    numbers = _NUMBER.findall(path)
    return numbers[-1] if numbers else None


def attribute(sight: Sight) -> str | None:
    """data-sku and the like, where the whole page has but one value of it."""
    for name in ("data-sku", "data-product-sku", "data-asin", "data-product-id", "data-productid", "data-item-id"):
        nodes = sight.page.tree.css(f"[{name}]")[:50]
        own = {clean(node.attributes.get(name)) for node in nodes} - {None}
        if len(own) == 1:
            return own.pop()
    return None
