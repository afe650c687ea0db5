"""The supervisor: keeps the platform's processes running, and takes them all down with it."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

import psutil

from stack.processes import Process

log = logging.getLogger("stack.supervisor")

GRACE_SECONDS = 20.0
LONGEST_BACKOFF = 30.0
MOST_STRAYS = 1000  # what cannot be ended is not asked for ever


class Child:
    """One process in a session of its own, restarted with growing pauses while it keeps dying."""

    def __init__(self, process: Process, environment: Mapping[str, str], logs: Path) -> None:
        self.process = process
        self.environment = environment
        self.log_path = logs / f"{process.name}.log"
        self.popen: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self.next_start = 0.0

    def tend(self, now: float) -> None:
        """Start the process when it is not running and its pause is over."""
        if self.popen is not None and self.popen.poll() is None:
            return
        if self.popen is not None:
            log.warning("%s ended with %s", self.process.name, self.popen.returncode)
            self._end_group(signal.SIGKILL)
            self.popen = None
            self.restarts += 1
            self.next_start = now + min(2.0**self.restarts, LONGEST_BACKOFF)
        if now >= self.next_start:
            self._start()

    def _start(self) -> None:
        with self.log_path.open("ab") as sink:
            self.popen = subprocess.Popen(
                self.process.command, env=dict(self.environment), cwd="/", stdin=subprocess.DEVNULL,
                stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
            )
        log.info("%s started as %s", self.process.name, self.popen.pid)

    def end(self, how: signal.Signals) -> None:
        """Signal the whole session: a scheduler's workers must not outlive it."""
        if self.popen is not None:
            self._end_group(how)

    def _end_group(self, how: signal.Signals) -> None:
        assert self.popen is not None
        try:
            os.killpg(self.popen.pid, how)
        except ProcessLookupError:
            return

    def is_gone(self) -> bool:
        return self.popen is None or self.popen.poll() is not None


def supervise(processes: list[Process], environment: Mapping[str, str], logs: Path) -> None:
    """Run until SIGTERM or SIGINT; then end every child, politely first."""
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = [Child(process, environment, logs) for process in processes]
    while not stopping:
        for child in children:
            child.tend(time.monotonic())
        time.sleep(0.25)
    _end_all(children)


def _end_all(children: list[Child]) -> None:
    for child in reversed(children):
        child.end(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and not all(child.is_gone() for child in children):
        time.sleep(0.1)
    for child in children:
        child.end(signal.SIGKILL)


def leftovers(home: Path) -> list[psutil.Process]:
    """Processes that still run with this home in their environment, but for ourselves and our parents."""
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [process for process in psutil.process_iter() if process.pid not in ours and _lives_in(process, home)]


def _lives_in(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get("DEALHOUSE_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def sweep(home: Path) -> int:
    """End whatever a killed supervisor left behind, and what that starts meanwhile; returns how many processes that were."""
    found = leftovers(home)
    swept = len(found)
    while found and swept < MOST_STRAYS:
        _end_each(found)
        found = leftovers(home)
        swept += len(found)
    return swept


def _end_each(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=10)
