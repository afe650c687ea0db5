from datetime import UTC, datetime
from pathlib import Path

import orjson

from dealhouse.landing.store import FolderStore
from dealhouse.scraping import shard_reports
from dealhouse.scraping.crawl import CrawlReport, Status
from dealhouse.scraping.shard import ShardReport

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def crawl(number: int, status: Status = "complete") -> CrawlReport:
    error = "answered 403" * 100 if status == "failed" else None
    return CrawlReport(f"m{number}", status, 10, 1, 3, 4, 0.5, f"/store/landing/offers/m{number}/2026-05-05/b{number}", error)


def test_a_kept_report_is_read_back_whole(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    report = ShardReport((crawl(1), crawl(2, "partial"), crawl(3, "failed")))
    kept = shard_reports.keep(report, store, AS_OF, 2)
    assert shard_reports.read(kept, store) == report
    assert (kept["shard"], kept["merchants"], kept["complete"], kept["partial"], kept["failed"]) == (2, 3, 1, 1, 1)
    assert (kept["records"], kept["rejects"], kept["requests"], list(kept["failures"])) == (30, 3, 12, ["m3"])


def test_a_retry_writes_its_own_report_over_the_first(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    shard_reports.keep(ShardReport((crawl(1, "failed"),)), store, AS_OF, 2)
    kept = shard_reports.keep(ShardReport((crawl(1),)), store, AS_OF, 2)
    assert shard_reports.read(kept, store).crawls == (crawl(1),)


def test_a_summary_stays_small_however_many_merchants_there_are(tmp_path: Path) -> None:
    report = ShardReport(tuple(crawl(number, "failed" if number % 3 == 0 else "complete") for number in range(2500)))
    kept = shard_reports.keep(report, FolderStore(tmp_path), AS_OF, 0)
    assert len(orjson.dumps(kept)) < 6_000
    assert (kept["merchants"], kept["failed"], len(kept["failures"])) == (2500, 834, 20)
