import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dealhouse.landing.batch import open_batch
from dealhouse.landing.store import FolderStore
from dealhouse.scraping import pace
from dealhouse.scraping.crawl import CrawlReport
from dealhouse.scraping.documents import Past
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.merchant_crawl import crawl_merchant
from dealhouse.scraping.registry import Merchant

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Walked:
    """A crawl's report, the offers that landed and the documents' paths with their status."""

    report: CrawlReport
    offers: list[dict[str, Any]]
    documents: dict[str, str]


@pytest.fixture
def walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Merchant], Walked]:
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.01)

    def walk(merchant: Merchant) -> Walked:
        async def work() -> CrawlReport:
            async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
                return await crawl_merchant(merchant, AS_OF, fetcher, Past(), FolderStore(tmp_path), spools=tmp_path / "spool")

        report = asyncio.run(work())
        batch = open_batch(str(report.batch_uri))
        offers = [json.loads(row.line) for row in batch.rows("records")]
        documents = [json.loads(row.line) for row in batch.rows("documents")]
        return Walked(report, offers, {row["url"].split("/", 3)[3]: row["status"] for row in documents})

    return walk
