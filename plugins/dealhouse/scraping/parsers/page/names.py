"""What the names of an element (its classes, its id) say of what stands in it."""

import re
from functools import lru_cache

from dealhouse.scraping.parsers.page import words


@lru_cache(maxsize=20_000)
def named_marks(named: str) -> int:
    """The marks (words.PRICE, words.OLD, ...) of an element's names, a space between them."""
    spaced = _camel(named)
    found = 0
    for mark, pattern in words.NAMED:
        if pattern.search(spaced):
            found |= mark
    if found & words.REDUCED and not found & words.PRICE:  # `discount` is how much, `price discount` what remains
        found |= words.SAVING
    return found


def _camel(named: str) -> str:
    """`priceOld` as `price-old`: class names are told apart at their humps, too."""
    return _HUMP.sub("-", named).lower()


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
