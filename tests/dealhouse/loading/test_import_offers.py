from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from dealhouse.errors import BadInputError
from dealhouse.loading import import_offers as importing
from dealhouse.loading.import_offers import import_offers
from dealhouse.loading.load import LoadResult
from dealhouse.loading.rebuild import rebuild

Ask = Callable[[str], list[tuple[Any, ...]]]
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def history(tmp_path: Path, offer: Make) -> Path:
    folder = tmp_path / "history"
    folder.mkdir()
    for number in range(2):
        lines = [
            orjson.dumps(offer(merchant_id=f"m{number}", native_variant_id=str(row), price="NaN" if row == 3 else "5.00",
                               observed_at=f"2026-01-0{row + 1}T10:15:00", loaded_at=f"2026-01-0{row + 1}T10:20:00"))
            for row in range(5)
        ]
        (folder / f"offers-000{number}.ndjson").write_bytes(b"\n".join([*lines, b"", b"{broken"]) + b"\n")
    crawls = [
        {"merchant_id": f"m{number}", "crawl_id": f"m{number}:k", "status": "complete", "documents": 1, "offers": 5,
         "observed_at": "2026-01-05T10:15:00", "loaded_at": "2026-01-05T10:20:00"}
        for number in range(2)
    ]
    (folder / "crawls.ndjson").write_bytes(b"".join(orjson.dumps(crawl) + b"\n" for crawl in crawls))
    return folder


def test_a_history_loads_whole_and_twice_is_once(house: str, ask: Ask, history: Path) -> None:
    progress: list[LoadResult] = []
    result = import_offers(history, progress=progress.append)
    assert (result.received, result.loaded, result.rejected, result.batches) == (14, 10, 4, 3)
    assert len(progress) == 3
    assert ask("select merchant_id, count(*), min(loaded_at)::text from raw.offer_observations group by 1 order by 1") == [
        ("m0", 4, "2026-01-01 10:20:00+00"), ("m1", 4, "2026-01-01 10:20:00+00")
    ]
    assert ask("select distinct tableoid::regclass::text from raw.offer_observations") == [("raw.offer_observations_default",)]
    assert ask("select count(*) from raw.crawl_coverage where status = 'complete'") == [(2,)]
    assert ask("select reason, merchant_id from raw.rejects order by 1, 2") == [
        ("invalid_price", "m0"), ("invalid_price", "m1"), ("malformed_record", "history"), ("malformed_record", "history")
    ]
    again = import_offers(history)
    assert (again.received, again.batches) == (14, 0)
    assert ask("select count(*) from raw.offer_observations") == [(8,)]


def test_files_larger_than_a_batch_become_several(
    house: str, ask: Ask, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 2)
    assert import_offers(history).loaded == 10
    assert ask("select count(*), sum(rows_received) from raw.load_ledger where kind = 'offers'") == [(6, 12)]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_rebuild_in_any_order_gives_the_same_rows(house: str, ask: Ask, history: Path, seed: int | None) -> None:
    import_offers(history)
    query = "select o::text from raw.offer_observations o union all select r::text from raw.rejects r union all " \
            "select c::text from raw.crawl_coverage c union all select l::text from raw.load_ledger l order by 1"
    before = ask(query)
    results = rebuild(seed=seed)
    assert sum(result.received for result in results) == 14
    assert ask(query) == before


def test_a_line_too_long_is_refused_and_counted(house: str, ask: Ask, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LINE_LIMIT", 100)
    result = import_offers(history)
    assert result.received == 14
    assert ("overlong_record",) in ask("select distinct reason from raw.rejects")


@pytest.mark.parametrize("damage", ["no folder", "no crawls", "bad crawls"])
def test_a_folder_that_is_no_history_is_refused(house: str, history: Path, damage: str) -> None:
    if damage == "no folder":
        history = history / "nothing"
    elif damage == "no crawls":
        (history / "crawls.ndjson").unlink()
    else:
        (history / "crawls.ndjson").write_text('{"merchant_id": "m0"}\n')
    with pytest.raises(BadInputError):
        import_offers(history)
