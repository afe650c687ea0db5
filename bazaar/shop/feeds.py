"""Feeds by cursor: which days' files a poller has not had yet. A cursor is opaque to the poller; here it names the next day."""

import re
from dataclasses import dataclass
from pathlib import Path

from bazaar.errors import BazaarError
from bazaar.shop.feedfiles import KINDS
from bazaar.shop.history import day_folder

CURSOR = re.compile(r"d([0-9]{1,6})")


class BadCursorError(BazaarError):
    """The cursor is not one that the feed gave out."""


class UnknownFeedError(BazaarError):
    """There is no feed of that kind."""


@dataclass(frozen=True)
class FeedPage:
    """The files that answer a poll, in order, and the cursor to poll with next time."""

    files: tuple[Path, ...]
    next_cursor: str


def feed_page(home: Path, kind: str, after: str | None, today: int) -> FeedPage:
    """All rows of `kind` that the cursor `after` has not covered, up to day `today`; None = from the beginning.

    A day whose feeds are still being written ends the page: the next poll gets it. Raises UnknownFeedError, BadCursorError.
    """
    if kind not in KINDS:
        raise UnknownFeedError(f"no feed {kind!r}: there are {', '.join(KINDS)}")
    matched = CURSOR.fullmatch(after or "d0")
    if matched is None:
        raise BadCursorError(f"{after!r} is not a cursor of this feed")
    day, files = int(matched[1]), []
    while day <= today and day_folder(home, day).exists():
        files.append(day_folder(home, day) / f"{kind}.ndjson")
        day += 1
    # a day that an earlier version wrote lacks the kinds that came later
    return FeedPage(tuple(path for path in files if path.exists() and path.stat().st_size), f"d{day}")


def last_day(home: Path, today: int) -> int:
    """The newest day up to `today` whose feeds are complete; -1 when there is none."""
    day = 0
    while day <= today and day_folder(home, day).exists():
        day += 1
    return day - 1
