"""Runs dbt and ml as subprocesses: their own interpreter, their output line by line in the task's log."""

import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dealhouse.errors import CommandRefusedError, SubprocessError
from dealhouse.settings import PROJECT

log = logging.getLogger(__name__)

REFUSED = 2  # the exit code by which a command says that a retry cannot mend it
TAIL_LINES = 30


@dataclass(frozen=True)
class Finished:
    """A finished command: exit code and last lines of its output."""

    exit_code: int
    tail: tuple[str, ...]


def stream(arguments: list[str], environment: Mapping[str, str] | None = None) -> Finished:
    """Run a command in the project's folder, logging each line of its output as it comes."""
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        arguments, cwd=PROJECT, env={**os.environ, **(environment or {})}, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.info("%s", line.rstrip())
                tail.append(line.rstrip())
        except BaseException:
            process.terminate()  # a timed-out or cleared task must not leave its command behind
            raise
    return Finished(process.returncode, tuple(tail))


def run_ml(capability: str, verb: str, as_of_key: str, *options: str) -> dict[str, Any]:
    """Run `python -m ml <capability> <verb> --as-of <key>`; its last line is a JSON object, returned.

    Raises CommandRefusedError when the job says that its input is at fault, SubprocessError when it died otherwise.
    """
    words = ["-m", "ml", capability, verb, "--as-of", as_of_key, *options]
    command, finished = " ".join(words[1:]), stream([sys.executable, *words])
    if finished.exit_code == REFUSED:
        raise CommandRefusedError(command, "\n".join(finished.tail))
    if finished.exit_code != 0 or not finished.tail:
        raise SubprocessError(command, finished.exit_code, "\n".join(finished.tail))
    summary: dict[str, Any] = json.loads(finished.tail[-1])
    return summary
