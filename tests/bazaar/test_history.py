from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from bazaar.canonical import offer_id
from bazaar.history import write_history
from bazaar.rows import money
from bazaar.world import World

Rows = list[dict[str, Any]]


def _lines(folder: Path, pattern: str) -> Rows:
    return [orjson.loads(line) for path in sorted(folder.glob(pattern)) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def folder(small: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("history")
    written = write_history(small, out)
    assert written.offers == len(_lines(out, "offers-*.ndjson"))
    return out


@pytest.fixture(scope="module")
def rows(folder: Path) -> Rows:
    return _lines(folder, "offers-*.ndjson")


@pytest.fixture(scope="module")
def crawls(folder: Path) -> Rows:
    return _lines(folder, "crawls.ndjson")


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["merchant_id"], row["native_product_id"], row["native_variant_id"]


def test_the_last_word_is_the_last_days_window(small: World, rows: Rows) -> None:
    last = {_key(row): row for row in rows}
    days = small.market.days(-1, -1)
    for listing in small.listings:
        merchant = small.merchants[listing.merchant]
        told = last.pop((merchant.merchant_id, listing.native_product_id, listing.native_variant_id), None)
        if not days.listed[listing.number, 0]:
            assert told is None or told["presence"] == "gone"
            continue
        assert told is not None
        assert told["presence"] == "listed"
        assert told["price"] == money(int(days.price[listing.number, 0]))
        reference = int(days.reference[listing.number, 0])
        assert told.get("reference_price") == (money(reference) if reference else None)
        assert (told["availability"] == "in") is bool(days.in_stock[listing.number, 0])
    assert last == {}


def test_only_changes_are_told(rows: Rows) -> None:
    seen: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    for row in rows:
        state = tuple(row.get(name) for name in ("price", "reference_price", "availability", "presence"))
        assert seen.get(_key(row)) != state
        seen[_key(row)] = state


def test_the_past_ends_the_day_before_the_clock_starts(rows: Rows, crawls: Rows) -> None:
    assert max(row["observed_at"] for row in rows) <= "2026-05-04T10:15:00+00:00"
    assert {crawl["observed_at"] for crawl in crawls} >= {"2025-11-06T10:15:00+00:00", "2026-05-04T10:15:00+00:00"}
    assert all(row["observed_at"] == row["loaded_at"] for row in rows)


def test_every_row_belongs_to_a_complete_crawl(small: World, rows: Rows, crawls: Rows) -> None:
    status = {crawl["crawl_id"]: crawl["status"] for crawl in crawls}
    assert len(crawls) == len(status) == len(small.merchants) * small.size.history_days
    assert {status[row["crawl_id"]] for row in rows} == {"complete"}
    assert Counter(status.values())["failed"] > 0
    last_day = [crawl for crawl in crawls if crawl["observed_at"].startswith("2026-05-04")]
    assert all(crawl["status"] == "complete" and crawl["offers"] > 0 for crawl in last_day)


def test_broken_rows_never_were_offers(small: World, rows: Rows) -> None:
    told = {_key(row) for row in rows}
    broken = [listing for listing in small.listings if listing.broken]
    keys = {(small.merchants[item.merchant].merchant_id, item.native_product_id, item.native_variant_id) for item in broken}
    assert len(keys) == len(broken)
    assert not keys & told


def test_the_same_seed_writes_the_same_bytes(tiny: World, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_history(tiny, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_offer_ids_follow_the_formula(tiny: World) -> None:
    import uuid

    listing = tiny.listings[0]
    merchant = tiny.merchants[listing.merchant]
    name = f"{merchant.merchant_id}|DE|{listing.native_product_id}|{listing.native_variant_id}"
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/offer")
    assert offer_id(merchant, listing) == str(uuid.uuid5(namespace, name))
