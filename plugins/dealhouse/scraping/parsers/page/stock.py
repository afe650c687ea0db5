"""Whether a shopper can have it: what the page says near the product, and whether there is a button to buy it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.sight import Sight, above

NEAR = 150  # lines after the heading that are still about the product
BEFORE = 25
LONGEST = 120
_DISABLED = ("disabled", "is-disabled", "btn-disabled", "soldout", "sold-out")


@dataclass
class Stock:
    """What the product's own lines say. can_buy: there is a button that buys; is_barred: it cannot be pressed.

    is_preorder: a button says so.
    """

    sight: Sight
    can_buy: bool
    is_barred: bool
    is_preorder: bool

    def says(self, pattern: re.Pattern[str]) -> bool:
        start = max(0, (self.sight.heading or 0) - BEFORE)
        end = min(len(self.sight.lines), (self.sight.heading if self.sight.heading is not None else 150) + NEAR)
        text = self.sight.text()
        offset = self.sight.start_of(start) if text else 0
        return text != "" and next(_lines(self.sight, text[offset:self.sight.start_of(end)], offset, pattern), None) is not None


def find(sight: Sight) -> Stock:
    start = max(0, (sight.heading or 0) - BEFORE)
    buttons = [sight.nodes[at] for at in sight.buttons() if at >= start and _own(sight, at)]
    can_buy = any(not _disabled(button) for button in buttons)
    ahead = any(words.PREORDER.search(sight.lines[at].lower()) for at in sight.buttons() if at >= start)
    return Stock(sight, can_buy, bool(buttons) and not can_buy, ahead)


def _lines(sight: Sight, zone: str, offset: int, pattern: re.Pattern[str]) -> Iterator[int]:
    """The short lines of the product's own that say so, hidden ones and questions apart."""
    for match in pattern.finditer(zone):
        at = sight.line_at(offset + match.start())
        line = sight.lines[at]
        if len(line) <= LONGEST and not words.IN_STORE.search(line.lower()) and _own(sight, at):
            yield at


def _own(sight: Sight, at: int) -> bool:
    return not sight.marks(sight.nodes[at]) & (words.ELSEWHERE | words.HIDDEN | words.OPTION)


def _disabled(node: LexborNode) -> bool:
    """Whether a button, or what it stands in, cannot be pressed."""
    for element in (node, *above(node, 3)):
        attributes = element.attributes
        if "disabled" in attributes or attributes.get("aria-disabled") == "true":
            return True
        names = (attributes.get("class") or "").lower().split()
        if any(name in _DISABLED for name in names):
            return True
    return False


def decide(findings: list[Finding], stock: Stock, is_priced: bool) -> tuple[str, frozenset[str]]:
    """(availability, flags). What is seen beats what is marked: sold out and no button that buys is out all the same."""
    marked = next((state for finding in findings if (state := finding.get("availability")) not in (None, "unknown")), None)
    if marked in ("preorder", "backorder"):
        return marked, frozenset()
    if marked == "out":
        is_there = stock.can_buy and not stock.says(words.OUT) and stock.says(words.IN)
        return ("in", _DISAGREES) if is_there else ("out", frozenset())
    if not stock.can_buy and stock.says(words.OUT):
        return "out", _DISAGREES if marked == "in" else frozenset()
    return ("in", frozenset()) if marked == "in" else _unmarked(stock, is_priced)


def _unmarked(stock: Stock, is_priced: bool) -> tuple[str, frozenset[str]]:
    """The same where no markup says: a price without a word of absence is there to be had, and flagged as inferred."""
    if stock.is_barred and not stock.says(words.IN):  # where the markup says in, a size is yet to be chosen
        return "out", frozenset()
    if stock.can_buy or stock.says(words.IN):
        return "preorder" if stock.is_preorder else "in", frozenset()
    return ("in", frozenset(("availability_inferred",))) if is_priced else ("unknown", frozenset())


_DISAGREES = frozenset(("availability_disagrees",))
