"""A whole platform under a killed task, repetition and loss: Airflow brings it back to what a clean run gives."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg2
import pytest
import requests

from stack.settings import StackSettings, environment
from tests.fingerprints import Prints, differences, fingerprints
from tests.platforms import PROJECT, Platform, own_platform

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

WORLD = "small"  # a smaller one's batches are copied before anybody could look
SHARE = 0.3
BUILT = ("staging", "intermediate", "marts", "features", "scored", "publish_candidate")
# what says how a build or a model run went, not what came of it
OF_THE_RUN = {"intermediate.built_batches": {"invocation_id"}, "predictions.run": {"metrics", "rows_written"}}
RECORDS = {"marts.run_ledger", "marts.dbt_results", "marts.quality_results", "marts.publish_history"}
RECORDED = "select try_number, status from ops.run_ledger where dag_id = 'ingest_shop' and task_id = 'poll_feeds'"
COPYING = """
select a.client_port, c.tuples_processed from pg_stat_progress_copy as c join pg_stat_activity as a using (pid)
where c.relid::regclass::text = 'raw.shop_events' and c.tuples_processed >= %s
"""


@dataclass(frozen=True)
class Killed:
    """A platform whose first day lost a task to kill -9: what it holds nevertheless, and what the same world gave undisturbed."""

    platform: Platform
    clean: Prints
    recovered: Prints
    rows: int  # of the batch that was being copied
    copied: int  # when the task died
    pid: int
    tries: list[dict[str, Any]]  # Airflow's own account
    recorded: list[tuple[Any, ...]]  # (try_number, status) in ops.run_ledger


def content(platform: Platform, *more: str) -> Prints:
    """Raw, the warehouse, predictions and candidates; but for the views of how runs went."""
    found = fingerprints(platform.database_url, ["raw", "predictions", *BUILT, *more], without=OF_THE_RUN)
    return {name: found[name] for name in found if name not in RECORDS and not name.startswith("staging.stg_ops__")}


def wipe(platform: Platform) -> None:
    """Forget everything but the secrets: they key the customers."""
    for path in platform.home.iterdir():
        if path.name != "secrets.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def kill_the_copying_task(platform: Platform, day: subprocess.Popen[str], rows: float) -> tuple[int, int]:
    """kill -9 whoever feeds the COPY of shop events, once Postgres has processed that many of them: (pid, how many it had)."""
    while day.poll() is None:
        try:
            with closing(psycopg2.connect(platform.database_url)) as connection:
                connection.autocommit = True
                return _watch(connection, platform.port("POSTGRES"), day, rows)
        except (psycopg2.OperationalError, FileNotFoundError):
            time.sleep(0.2)  # Postgres is not up yet
    pytest.fail(f"the day ended before a task could be killed: {day.communicate()}")


def _watch(connection: Any, server_port: int, day: subprocess.Popen[str], rows: float) -> tuple[int, int]:
    with connection.cursor() as cursor:
        while day.poll() is None:
            cursor.execute(COPYING, (rows,))
            found = cursor.fetchone()
            if found:
                pid = _owner(found[0], server_port)
                os.kill(pid, signal.SIGKILL)
                return pid, int(found[1])
            time.sleep(0.005)
    pytest.fail(f"the day ended before a task could be killed: {day.communicate()}")


def _owner(client_port: int, server_port: int) -> int:
    """The process at the client's end of a connection to the server."""
    ends = psutil.net_connections("tcp4")
    (pid,) = {end.pid for end in ends if [address[1:] for address in (end.laddr, end.raddr)] == [(client_port,), (server_port,)]}
    assert pid
    return int(pid)


@pytest.fixture(scope="module")
def killed() -> Iterator[Killed]:
    with own_platform(WORLD) as platform:
        platform.stack("demo")
        clean = content(platform)
        ((rows,),) = platform.ask("select max(rows_received) from raw.load_ledger where kind = 'shop_events'")
        platform.stack("down")
        wipe(platform)
        day = platform.begin("demo")
        pid, copied = kill_the_copying_task(platform, day, rows * SHARE)
        platform.end(day)
        yield Killed(platform, clean, content(platform), rows, copied, pid, _tries(platform), platform.ask(RECORDED))


def _tries(platform: Platform) -> list[dict[str, Any]]:
    airflow = platform.airflow()
    (run,) = [run for run in airflow.runs(clock(platform)) if run.dag_id == "ingest_shop"]
    return airflow.tries(run, "poll_feeds")


def clock(platform: Platform) -> str:
    """The world's clock: the key of the current day."""
    return str(requests.get(f"{platform.url('BAZAAR')}/control/clock", timeout=30).json()["as_of"])


def test_a_task_killed_while_it_copies_is_tried_again_and_the_day_equals_a_clean_one(killed: Killed) -> None:
    assert SHARE * killed.rows <= killed.copied < killed.rows
    assert [(one["pid"] == killed.pid, one["state"]) for one in killed.tries] == [(True, "failed"), (False, "success")]
    assert killed.recorded == [(2, "done")]
    assert differences(killed.clean, killed.recovered) == []


def test_the_same_batches_of_a_key_again_change_nothing_and_are_noops(killed: Killed) -> None:
    platform = killed.platform
    before, worked = content(platform, "publish"), platform.ask("select count(*) from ops.run_ledger")
    platform.stack("demo")
    assert differences(before, content(platform, "publish")) == []
    again = platform.ask(f"select task_id, status from ops.run_ledger order by started_at offset {worked[0][0]}")
    looks = {"crawl", "check_raw", "audit_release"}  # they look again, and write nothing that they look at
    assert {status for task_id, status in again if task_id not in looks} == {"noop"}
    assert len(again) > len(looks)


def lose_the_warehouse(platform: Platform) -> None:
    relations = platform.ask(
        "select format('%I.%I', relnamespace::regnamespace, relname), relkind from pg_class "
        f"where relnamespace::regnamespace::text in {BUILT} and relkind in ('r', 'v')"
    )
    for name, kind in relations:
        platform.ask(f"drop {'view' if kind == 'v' else 'table'} if exists {name} cascade")


def load_again(platform: Platform) -> None:
    """`python -m dealhouse.loading rebuild`, shuffled, in the platform's own environment."""
    settings = StackSettings(home=platform.home)
    words = [sys.executable, "-m", "dealhouse.loading", "rebuild", "--shuffle", "5"]
    subprocess.run(words, cwd=PROJECT, env=environment(settings, platform.database_url), check=True, capture_output=True)


def build_from_nothing(platform: Platform, key: str) -> None:
    """Post build_core with full_refresh, and wait until what follows from it has been published."""
    airflow = platform.airflow()
    earlier = {run.run_id for run in airflow.runs(key)}
    airflow.post_run("build_core", key, {"full_refresh": True})
    published, deadline = False, time.monotonic() + 900
    while not published:
        assert time.monotonic() < deadline
        time.sleep(1)
        runs = [run for run in airflow.runs(key) if run.run_id not in earlier]
        assert [airflow.error_of(run) for run in runs if run.state == "failed"] == []
        published = any(run.dag_id == "publish_storefront" and run.is_over for run in runs)


def test_a_lost_warehouse_comes_back_from_shuffled_batches(killed: Killed) -> None:
    platform = killed.platform
    platform.stack("day")
    before = content(platform)
    lose_the_warehouse(platform)
    load_again(platform)
    build_from_nothing(platform, clock(platform))
    assert differences(before, content(platform)) == []
    ((newest,),) = platform.ask("select max(release_id) from publish.release")
    assert platform.ask("select distinct release_id from publish.current") == [(newest,)]
