import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from stack.supervisor import leftovers, sweep
from tests.stack.waiting import wait_for

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys
from pathlib import Path
from stack.processes import Process
from stack.supervisor import supervise
family = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"
flaky = f"open(r'{sys.argv[1]}/starts', 'a').write('x')"
processes = [Process("family", (sys.executable, "-c", family)), Process("flaky", (sys.executable, "-c", flaky))]
supervise(processes, os.environ, Path(sys.argv[1]))
"""


def start(home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DEALHOUSE_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(home)], cwd=PROJECT, env=environment)


def test_children_die_with_it_and_grandchildren_too(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    wait_for(lambda: len(leftovers(tmp_path)) >= 3)  # itself, the child and the grandchild
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(timeout=30)
    wait_for(lambda: leftovers(tmp_path) == [])


def test_a_process_that_ends_is_started_again(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    try:
        wait_for(lambda: (tmp_path / "starts").exists() and len((tmp_path / "starts").read_text()) >= 2)
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(timeout=30)


def test_what_a_killed_supervisor_leaves_is_swept_up(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    wait_for(lambda: len(leftovers(tmp_path)) >= 3)
    supervisor.kill()
    supervisor.wait(timeout=30)
    assert sweep(tmp_path) >= 2
    wait_for(lambda: leftovers(tmp_path) == [])
    assert psutil.pid_exists(os.getpid())
