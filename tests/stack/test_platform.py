"""A platform of its own home: a real cluster, and a supervisor of two processes in place of all of them."""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import postgres
from stack.__main__ import run_by_hand
from stack.platform import analysts_url, cluster_of, take_down
from stack.settings import StackSettings, environment
from stack.supervisor import leftovers
from tests.stack.waiting import wait_for

PROJECT = Path(__file__).resolve().parents[2]
PROCESSES = 4  # the supervisor, its two children, the cluster
PROGRAM = """
import os, sys
from pathlib import Path
from stack.processes import Process
from stack.supervisor import supervise
renamed = "import time; from setproctitle import setproctitle; setproctitle('airflow ' + 'x' * 4000); time.sleep(600)"
commands = {"plain": "import time; time.sleep(600)", "renamed": renamed}
supervise([Process(name, (sys.executable, "-c", code)) for name, code in commands.items()], os.environ, Path(sys.argv[1]))
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[StackSettings]:
    # not under pytest's own temporary folder: another session closes that to the service user
    home = Path(tempfile.mkdtemp(prefix="dealhouse-platform-"))
    monkeypatch.setenv("DEALHOUSE_HOME", str(home))  # as a user sets it: the cluster inherits it
    settings = StackSettings(home=home, given_database_url=None, postgres_port=_free_port())
    yield settings
    take_down(settings)
    shutil.rmtree(home)


@pytest.fixture
def supervisor(settings: StackSettings) -> subprocess.Popen[bytes]:
    postgres.start(cluster_of(settings), durable=False)
    env = environment(settings, cluster_of(settings).url("postgres"))
    running = subprocess.Popen([sys.executable, "-c", PROGRAM, str(settings.home), "supervise"], cwd=PROJECT, env=env)
    (settings.home / "supervisor.pid").write_text(str(running.pid))
    wait_for(lambda: (settings.home / "renamed.log").exists() and len(leftovers(settings.home)) == PROCESSES)
    return running


def titles(settings: StackSettings) -> set[str]:
    return {" ".join(process.cmdline()).split()[0] for process in leftovers(settings.home)}


def test_down_leaves_nothing_and_sweeps_nothing(settings: StackSettings, supervisor: subprocess.Popen[bytes]) -> None:
    assert take_down(settings) == 0
    assert leftovers(settings.home) == []
    assert not postgres.is_running(cluster_of(settings))


def test_down_finds_what_a_killed_supervisor_leaves_though_it_changed_its_title(
    settings: StackSettings, supervisor: subprocess.Popen[bytes]
) -> None:
    wait_for(lambda: "airflow" in titles(settings))
    supervisor.kill()
    supervisor.wait(timeout=30)
    assert take_down(settings) == 2
    assert leftovers(settings.home) == []


@pytest.mark.usefixtures("supervisor")
def test_a_command_by_hand_is_told_what_the_processes_are(
    settings: StackSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_by_hand(settings, ["sh", "-c", "echo $DATABASE_URL $DEALHOUSE_HOME"]) == 0
    assert capfd.readouterr().out.split() == [cluster_of(settings).url("dealhouse"), str(settings.home)]
    assert run_by_hand(settings, ["sh", "-c", "exit 3"]) == 3
    assert run_by_hand(settings, ["--", "echo", "--", "it"]) == 0
    assert capfd.readouterr().out == "-- it\n"
    assert run_by_hand(settings, ["--"]) == 2


def test_where_nothing_runs_no_command_is_run(settings: StackSettings, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_by_hand(settings, ["echo", "here"]) == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert str(settings.home) in printed.err


def test_analysts_are_told_their_login_and_no_password(settings: StackSettings) -> None:
    assert analysts_url(settings) == f"postgresql://bi_reader@127.0.0.1:{settings.postgres_port}/dealhouse"
