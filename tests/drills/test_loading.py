"""Loading under kill -9, repetition and disorder: the rows are always those of one clean run."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg2
import pytest

from tests.drills.conftest import House

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]


def kill_when_copied(house: House, process: subprocess.Popen[str], rows: int) -> int:
    """kill -9 as soon as COPY has processed that many rows; returns how many it had."""
    connection = psycopg2.connect(house.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        while process.poll() is None:
            cursor.execute("select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy")
            (copied,) = cursor.fetchone() or (0,)
            if copied >= rows:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                return int(copied)
    pytest.fail("the load ended before it could be killed")


def test_a_killed_load_leaves_nothing_and_its_retry_equals_a_clean_run(house: House, history: Path) -> None:
    house.load("import-offers", str(history))
    clean = house.fingerprint()
    house.ask("truncate raw.offer_observations, raw.load_ledger, raw.crawl_coverage, raw.rejects; select 1")
    copied = kill_when_copied(house, house.loading("import-offers", str(history)), rows=int(clean[0]) * 3 // 10)  # type: ignore[call-overload]
    assert copied < int(clean[0])  # type: ignore[call-overload]
    wait_until_disconnected(house)
    assert house.fingerprint()[0] == 0
    house.load("import-offers", str(history))
    assert house.fingerprint() == clean


def wait_until_disconnected(house: House) -> None:
    deadline = time.monotonic() + 30
    while house.ask("select 1 from pg_stat_progress_copy"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_same_batches_twice_change_nothing(house: House, history: Path) -> None:
    house.load("import-offers", str(history))
    once, ledger = house.fingerprint(), house.ask("select * from raw.load_ledger order by batch_id")
    house.load("import-offers", str(history))
    assert house.fingerprint() == once
    assert house.ask("select * from raw.load_ledger order by batch_id") == ledger


def test_two_loads_at_the_same_moment_are_one_load(house: House, history: Path) -> None:
    both = [house.loading("import-offers", str(history)) for _ in range(2)]
    assert [process.communicate(timeout=300) and process.returncode for process in both] == [0, 0]
    assert house.ask("select count(*) = count(distinct (batch_id, row_no)) from raw.offer_observations") == [(True,)]
    assert house.ask("select sum(rows_loaded) from raw.load_ledger where kind = 'offers'") == house.ask(
        "select count(*) from raw.offer_observations"
    )


def test_a_rebuild_in_another_order_gives_the_same_rows(house: House, history: Path) -> None:
    house.load("import-offers", str(history))
    before = house.fingerprint()
    house.load("rebuild", "--shuffle", "5")
    assert house.fingerprint() == before
