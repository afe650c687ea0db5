"""Seconds and peak memory of each stage of the pipeline, for the small and the default world, through real Airflow.

    python benchmarks/pipeline.py [small] [default]

Prints one JSON line a stage, one a command (`make demo` without the install, `make day`), and the second day's as a share of the
first's. Memory is the sum of the proportional set sizes of all processes of the platform (Postgres included) while the stage ran,
sampled every two seconds; CPU is theirs and the command's own, those that ended included.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg2

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

PORTS = {"POSTGRES": 15439, "API": 18600, "BAZAAR": 18700, "AIRFLOW": 18080, "DOCS": 18081}
STAGES = """
select dag_id, min(started_at), max(finished_at), sum(rows_written)
from ops.run_ledger where as_of = (select max(as_of) from ops.run_ledger) and status = 'done' group by dag_id order by 2
"""


@dataclass(frozen=True)
class Cost:
    """What a command cost: wall and CPU seconds."""

    seconds: float
    cpu_seconds: float

    def over(self, other: "Cost") -> dict[str, float]:
        return {"seconds": round(self.seconds / other.seconds, 3), "cpu_seconds": round(self.cpu_seconds / other.cpu_seconds, 3)}


def platform_processes(home: Path) -> Iterator[psutil.Process]:
    """Every process of the platform that lives in a home."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(home) in " ".join(process.cmdline()) or process.environ().get("DEALHOUSE_HOME") == str(home):
                yield process


def cpu_seconds(home: Path) -> float:
    """User and system time so far of the platform's processes and of their ended children, and of this program's own commands."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = own.ru_utime + own.ru_stime
    for process in platform_processes(home):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


class MemorySampler(threading.Thread):
    """Samples the platform's memory (MiB) until stopped."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.home = home
        self.samples: list[tuple[datetime, float]] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(2.0):
            self.samples.append((datetime.now(UTC), sum(self._sizes())))

    def _sizes(self) -> list[float]:
        sizes = []
        for process in platform_processes(self.home):
            with suppress(psutil.Error):
                sizes.append(process.memory_full_info().pss / 2**20)
        return sizes

    def peak(self, start: datetime, end: datetime) -> float:
        return max((size for at, size in self.samples if start <= at <= end), default=0.0)


def stages(url: str) -> list[tuple[str, datetime, datetime, int]]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(STAGES)
        return cursor.fetchall()


def stack(command: str, environment: dict[str, str]) -> Cost:
    """Run a command of the stack, to its end. Exits with its last words when it fails."""
    home = Path(environment["DEALHOUSE_HOME"])
    began, cpu = time.monotonic(), cpu_seconds(home)
    done = subprocess.run(
        [sys.executable, "-m", "stack", command], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return Cost(time.monotonic() - began, cpu_seconds(home) - cpu)


def show(world: str, day: str, url: str, sampler: MemorySampler) -> None:
    """Print a day's stages, and the whole of them."""
    found = stages(url)
    for dag_id, start, end, rows in found:
        print(json.dumps({
            "world": world, "day": day, "stage": dag_id, "seconds": round((end - start).total_seconds(), 1), "rows": int(rows),
            "peak_mb": round(sampler.peak(start, end)),
        }))
    begin, end = min(start for _, start, _, _ in found), max(end for _, _, end, _ in found)
    whole = {"stage": "all", "seconds": round((end - begin).total_seconds(), 1), "peak_mb": round(sampler.peak(begin, end))}
    print(json.dumps({"world": world, "day": day, **whole}))


def measure(world: str) -> None:
    """Run a world's first and second day in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="dealhouse-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:  # noqa: S108
        home = Path(folder) / "home"
        environment: dict[str, Any] = {**os.environ, "DEALHOUSE_HOME": str(home), "WORLD": world}
        environment |= {f"DEALHOUSE_{name}_PORT": str(port) for name, port in PORTS.items()}
        environment.pop("DATABASE_URL", None)
        sampler = MemorySampler(home)
        sampler.start()
        try:
            first = stack("demo", environment)
            password = (home / "postgres" / "password").read_text()
            url = f"postgresql://postgres:{password}@127.0.0.1:{PORTS['POSTGRES']}/dealhouse"
            show(world, "first", url, sampler)
            second = stack("day", environment)
            show(world, "second", url, sampler)
            for command, cost in (("demo", first), ("day", second)):
                print(json.dumps({"world": world, "command": command, **{k: round(v, 1) for k, v in asdict(cost).items()}}))
            print(json.dumps({"world": world, "day_over_demo": second.over(first)}))
        finally:
            stack("down", environment)
            sampler.stopped.set()


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["small", "default"]:
        measure(chosen)
