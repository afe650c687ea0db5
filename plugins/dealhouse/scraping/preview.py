"""A look at a merchant: its first offers and rejects by the very way a crawl goes, and nothing is kept."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import FolderStore
from dealhouse.scraping.crawl import Crawl
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


class _Sample(BatchWriter):
    """Takes what a crawl would land, and stops it at `wanted` offers."""

    def __init__(self, spool: Path, merchant: Merchant, as_of: datetime, wanted: int) -> None:
        super().__init__(FolderStore(spool), source="offers", merchant_id=merchant.merchant_id, kind="offers", as_of=as_of)
        self.wanted = wanted
        self.seen = Preview()

    def record(self, row: Mapping[str, Any]) -> None:
        self.seen.offers.append(dict(row))
        self._judge()

    def reject(self, reason: str, payload: str, detail: str = "") -> None:
        self.seen.rejected += 1
        if len(self.seen.rejects) < self.wanted:
            self.seen.rejects.append({"reason": reason, "detail": detail, "payload": payload})
        self._judge()

    def document(self, row: Mapping[str, Any]) -> None:
        """A look remembers no document."""

    def _judge(self) -> None:
        if len(self.seen.offers) >= self.wanted or len(self.seen.offers) + self.seen.rejected >= MOST_ROWS:
            raise _EnoughError


async def look(merchant: Merchant, as_of: datetime, fetcher: Fetcher, wanted: int = 10) -> Preview:
    """The first `wanted` offers of a merchant. What could not be fetched is in `errors`, never an exception."""
    with tempfile.TemporaryDirectory(prefix="dealhouse-look-") as spool:
        with _Sample(Path(spool), merchant, as_of, wanted) as sample:
            crawl = Crawl(merchant, as_of, fetcher, {}, sample)
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
