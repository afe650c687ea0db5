"""A flip shows a whole release or nothing: never without the gate's pass, never a mixture, never an older day by accident."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from dealhouse.errors import BadInputError, DatabaseBusyError, GateRefusedError
from dealhouse.releasing import patience, pointers
from dealhouse.releasing.build import build
from dealhouse.releasing.flip import flip
from dealhouse.releasing.listing import list_releases
from dealhouse.releasing.rollback import rollback

Query = Callable[..., list[tuple[Any, ...]]]
Judge = Callable[..., None]

CURRENT = "select dataset, version, previous_version from publish.current order by 1"


def statuses() -> dict[str, str]:
    return {release.release_id: release.status for release in list_releases()}


@pytest.fixture
def released(manifest: Path, judge: Judge, query: Query, as_of: datetime) -> Callable[[int], str]:
    """Builds and passes, but does not flip, the release of day `n`; every row of it carries marker `n`."""

    def make(day: int) -> str:
        query("update staging.deal set marker = %s", day)
        release = build(as_of + timedelta(days=day))
        judge(release.release_id)
        return release.release_id

    return make


def test_a_passed_release_goes_live_with_all_its_datasets(released: Callable[[int], str], query: Query) -> None:
    assert flip(released(1)).outcome == "live"
    assert query(CURRENT) == [("deal", 1, None), ("product", 1, None), ("search_doc", 1, None)]
    assert flip(released(2)).outcome == "live"
    assert query(CURRENT) == [("deal", 2, 1), ("product", 2, 1), ("search_doc", 2, 1)]
    assert statuses() == {"r000001": "superseded", "r000002": "live"}
    assert query("select version, count(*) from publish.deal group by 1 order by 1") == [(1, 200), (2, 200)]


def test_the_same_flip_again_is_a_noop(released: Callable[[int], str], query: Query) -> None:
    release_id = released(1)
    flip(release_id)
    before = query("select * from publish.release"), query("select * from publish.current")
    assert flip(release_id).outcome == "noop"
    assert (query("select * from publish.release"), query("select * from publish.current")) == before


def test_what_was_ever_shown_is_remembered(released: Callable[[int], str], query: Query, as_of: datetime) -> None:
    days = [as_of + timedelta(days=n) for n in range(5)]
    shown = "select count(*), first_as_of, last_as_of from ops.published_deals group by 2, 3 order by 1"
    released(1)
    assert query(shown) == []
    flip(released(2))
    query("delete from staging.deal where price > 13")
    left = query("select count(*) from staging.deal")[0][0]
    assert 0 < left < 200
    flip(released(4))
    flip(released(3))
    told = [(200 - left, days[2], days[2]), (left, days[2], days[4])]
    assert query(shown) == sorted(told)
    flip("r000003")
    assert query(shown) == sorted(told)


def test_a_flip_that_died_before_it_remembered_does_so_when_repeated(released: Callable[[int], str], query: Query) -> None:
    release_id = released(1)
    flip(release_id)
    query("delete from ops.published_deals")
    assert flip(release_id).outcome == "noop"
    assert query("select count(*) from ops.published_deals") == [(200,)]


@pytest.mark.usefixtures("manifest")
def test_without_a_verdict_on_every_dataset_nothing_flips(query: Query, judge: Judge, as_of: datetime) -> None:
    release_id = build(as_of).release_id
    judge(release_id, only="deal")
    with pytest.raises(GateRefusedError, match="not gated: product, search_doc"):
        flip(release_id, force=True)
    assert query(CURRENT) == []
    assert statuses() == {release_id: "built"}


def test_a_failed_dataset_keeps_the_last_release_serving(released: Callable[[int], str], query: Query, judge: Judge) -> None:
    flip(released(1))
    bad = released(2)
    judge(bad, passed=False, only="product")
    with pytest.raises(GateRefusedError, match="failed: product"):
        flip(bad, force=True)
    assert {row[1] for row in query(CURRENT)} == {1}
    assert statuses()[bad] == "refused"
    assert query("select count(*) from publish.product_v2") == [(200,)], "kept for inspection"
    judge(bad, passed=True)
    assert flip(bad).outcome == "live", "a gate that passes later heals it"


def test_a_verdict_on_another_version_is_no_pass(released: Callable[[int], str], query: Query) -> None:
    release_id = released(1)
    query("update ops.gate_results set version = 99 where dataset = 'deal'")
    with pytest.raises(GateRefusedError, match="not gated: deal"):
        flip(release_id)


def test_an_older_as_of_is_superseded_unless_forced(released: Callable[[int], str], query: Query) -> None:
    flip(released(2))
    late = released(1)
    assert flip(late).outcome == "superseded"
    assert {row[1] for row in query(CURRENT)} == {1}
    assert statuses()[late] == "superseded"
    assert flip(late).outcome == "superseded", "again is the same no-op"
    assert flip(late, force=True).outcome == "live"
    assert {row[1] for row in query(CURRENT)} == {2}


def test_what_is_no_release_cannot_be_flipped(released: Callable[[int], str]) -> None:
    with pytest.raises(BadInputError, match="r000099"):
        flip("r000099")
    flip(released(1))
    flip(released(2))
    rollback()
    with pytest.raises(BadInputError, match="rolled_back"):
        flip("r000002")


def test_a_crash_between_build_and_flip_leaves_the_old_version(
    house: str, released: Callable[[int], str], query: Query, tmp_path: Path
) -> None:
    """The process dies with the tables attached and the pointers moved, a moment before its commit."""
    flip(released(1))
    doomed = released(2)
    script = (
        "import os\n"
        "from dealhouse.releasing import flip, pointers\n"
        "pointers.settle_statuses = lambda *a, **k: os.kill(os.getpid(), 9)\n"
        f"flip.flip({doomed!r})\n"
    )
    environment = {**os.environ, "DATABASE_URL": house, "DEALHOUSE_HOME": str(tmp_path)}
    died = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    assert {row[1] for row in query(CURRENT)} == {1}
    shown = "select distinct marker from publish.deal join publish.current using (version) where dataset = 'deal'"
    assert query(shown, role="serving") == [(1,)]
    assert flip(doomed).outcome == "live", "the retry finishes it"


def test_an_attach_scans_nothing(released: Callable[[int], str], query: Query) -> None:
    release_id = released(1)
    before = query("select seq_scan from pg_stat_user_tables where relname = 'deal_v1'")
    flip(release_id)
    query("select pg_stat_force_next_flush()")
    assert query("select seq_scan from pg_stat_user_tables where relname = 'deal_v1'") == before


class Reader(threading.Thread):
    """Resolves the version, then reads two datasets by it, over and over; keeps every read that is not of one release."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__()
        self.url, self.stop, self.reads, self.faults = url, stop, 0, list[object]()

    def run(self) -> None:
        connection = psycopg2.connect(self.url, options="-c role=serving")
        try:
            while not self.stop.is_set():
                with connection, connection.cursor() as cursor:
                    self.read(cursor)
        except psycopg2.Error as error:
            self.faults.append(error)
        finally:
            connection.close()

    def read(self, cursor: Any) -> None:
        cursor.execute("select dataset, version from publish.current where dataset in ('deal', 'product') order by 1")
        versions = cursor.fetchall()
        cursor.execute(
            "select (select array_agg(distinct marker) from publish.deal where version = %s), "
            "(select count(*) from publish.deal where version = %s), "
            "(select array_agg(distinct marker) from publish.product where version = %s)",
            (versions[0][1], versions[0][1], versions[1][1]),
        )
        deal, rows, product = cursor.fetchone()
        self.reads += 1
        if deal != product or rows != 200 or len(deal) != 1:
            self.faults.append((versions, deal, rows, product))


@pytest.fixture
def readers(house: str) -> Any:
    """Starts readers; stopping them gives (reads, faults)."""
    stop, threads = threading.Event(), list[Reader]()

    def start(number: int) -> Callable[[], tuple[int, list[object]]]:
        threads.extend(Reader(house, stop) for _ in range(number))
        for thread in threads:
            thread.start()
        return finish

    def finish() -> tuple[int, list[object]]:
        stop.set()
        for thread in threads:
            thread.join()
        return sum(thread.reads for thread in threads), [fault for thread in threads for fault in thread.faults]

    yield start
    finish()


def test_readers_see_whole_releases_while_they_flip_and_roll_back(released: Callable[[int], str], readers: Any) -> None:
    flip(released(1))
    finish = readers(3)
    for day in range(2, 6):
        flip(released(day))
        if day % 2:
            rollback()
            flip(released(day))
    reads, faults = finish()
    assert reads > 20
    assert faults == []


def test_a_partition_is_there_for_everybody_before_its_pointer_moves(
    released: Callable[[int], str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    move = pointers._move

    def watched(*moved: Any) -> None:
        seen.append(query("select count(*) from publish.deal where version = 1", role="serving"))
        move(*moved)

    monkeypatch.setattr(pointers, "_move", watched)
    flip(released(1))
    assert set(map(str, seen)) == {"[(200,)]"}


def test_a_changed_contract_swaps_parents_under_readers_and_back(
    released: Callable[[int], str], readers: Any, query: Query, models: dict[str, Any], declare: Callable[..., Path]
) -> None:
    flip(released(1))
    finish = readers(2)
    query("set role transformer; create or replace view publish_candidate.deal as "
          "select deal_id, title, price, marker, 'x'::text as colour from staging.deal")
    models["deal"]["columns"]["colour"] = {"name": "colour", "data_type": "text"}
    declare(models)
    flip(released(2))
    assert query("select distinct colour, version from publish.deal") == [("x", 2)]
    assert query("select count(*) from publish.deal", role="serving") == [(200,)]
    rollback()
    assert query("select distinct version from publish.deal") == [(1,)]
    flip(released(3))
    assert query("select distinct version from publish.deal order by 1") == [(2,), (3,)]
    assert finish()[1] == []


def test_a_long_query_of_an_analyst_holds_nobody_up(house: str, released: Callable[[int], str], query: Query) -> None:
    flip(released(1))
    analyst = psycopg2.connect(house, options="-c role=bi_reader")
    try:
        analyst.cursor().execute("select count(*) from publish.deal")  # its transaction stays open, with its locks
        assert flip(released(2)).outcome == "live"
        assert {row[1] for row in query(CURRENT, role="serving")} == {2}
    finally:
        analyst.close()


def test_a_lock_that_is_not_to_be_had_is_worth_another_try(
    house: str, released: Callable[[int], str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_id = released(1)
    monkeypatch.setattr(patience, "LOCK_TIMEOUT_MS", 20)
    monkeypatch.setattr(patience.patiently, "__defaults__", (2, 0.0))
    vacuum = psycopg2.connect(house)
    try:
        vacuum.cursor().execute("lock table publish.deal in share update exclusive mode")
        with pytest.raises(DatabaseBusyError):
            flip(release_id)
        assert query(CURRENT) == []
    finally:
        vacuum.close()
    assert flip(release_id).outcome == "live"
