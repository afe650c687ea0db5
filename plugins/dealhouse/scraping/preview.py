"""A look at a merchant: its first offers and rejects by the very way a crawl goes, and nothing is kept."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.crawl import Crawl
from dealhouse.scraping.documents import Past
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.registry import Merchant

MOST_ROWS = 200  # a shop whose first 200 rows hold too few offers shows its rejects instead
SECONDS = 120.0


@dataclass
class Preview:
    """What a look showed: canonical records, rejects (reason, detail, payload), how many of each it passed, and what failed."""

    offers: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, str]] = field(default_factory=list)
    rejected: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> set[str]:
        return {reject["reason"] for reject in self.rejects}


class _EnoughError(Exception):
    """The look is over."""


class _Sample:
    """A sink that takes what a crawl would land, and stops it at `wanted` offers."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.seen = Preview()

    def document(self, _: str) -> None:
        """A look remembers no document."""

    def write(self, kind: bytes, line: bytes) -> None:
        if kind == b"R":
            self.seen.offers.append(orjson.loads(line))
        elif kind == b"X":
            self.seen.rejected += 1
            if len(self.seen.rejects) < self.wanted:
                self.seen.rejects.append(orjson.loads(line))
        self._judge()

    def commit(self, document: dict[str, Any]) -> None:
        """A look remembers no document."""

    def drop(self) -> None:
        """Nothing is held."""

    def _judge(self) -> None:
        if len(self.seen.offers) >= self.wanted or len(self.seen.offers) + self.seen.rejected >= MOST_ROWS:
            raise _EnoughError


async def look(merchant: Merchant, as_of: datetime, fetcher: Fetcher, wanted: int = 10) -> Preview:
    """The first `wanted` offers of a merchant. What could not be fetched is in `errors`, never an exception."""
    sample = _Sample(wanted)
    crawl = Crawl(merchant, as_of, fetcher, Past(), sample)
    try:
        async with asyncio.timeout(SECONDS):
            await crawl.run()
    except _EnoughError:
        pass
    except TimeoutError:
        crawl.errors.append(f"the look ended after {SECONDS:.0f} s")
    except (FetchRefusedError, FetchUnavailableError) as error:
        crawl.errors.append(str(error))
    sample.seen.errors = crawl.errors[:5]
    return sample.seen
