"""What the warehouse costs and how it grows: loading, a full build, an incremental day, each model, peak memory.

    python benchmarks/warehouse.py [--scale 0.01] [--days 60]

Scale 1 is 10 million events, 1 million orders (1.5 million lines, as many stock movements, a payment each) and 2 million offers
with 200 thousand price changes, over `days` days; it takes the better part of an hour and 20 GB of disk. Everything is landed and
loaded as batches, on a Postgres of its own that is gone afterwards. A tenth of the scale is measured first.

Prints JSON lines. `load`: rows, seconds and rows a second by kind; `lines_per_minute`: order lines (at least a million). `build`:
wall seconds of the `full` build and of the `day` after it, a day's share of everything and some older orders cancelled, by the
same three dbt runs that the DAGs start; `peak_mb` of Postgres, dbt and this program meanwhile. `model`: each model's own seconds;
`test`: those of data tests of a second or more. `question`: milliseconds of each of docs/questions.md, asked as bi_reader, the
median of five after one (at most 250).
`day_share`: the day's seconds of the full build's (at most 0.10); `growth`: ten times the size in times the seconds (at most 12).
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg2

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]
from benchmarks.warehouse_world import Loading, World  # noqa: E402
from tests.questions import questions  # noqa: E402

SELECTORS = ("core", "learnt_from", "releasable")
NODES = """
select resource_type, split_part(node, '.', 3), sum(seconds)::float, max(rows_affected) from ops.dbt_results
where as_of = %s and resource_type in ('model', 'test') group by 1, 2 order by 3 desc
"""
# what a matching run and a run that judges deals would have written
PRODUCTS = """
insert into predictions.product (product_id, item_group_id, title, category, as_of, model_version, run_id)
select id, id, 'A product', 'Things', %(at)s, 'v', gen_random_uuid()
from (select md5('p' || n)::uuid as id from generate_series(0, (select count(*) from marts.fct_offers) / 4) as n) as ids
on conflict do nothing;
insert into predictions.offer_product (offer_id, valid_from, product_id, band, probability, known_from, model_version, run_id)
select offer_id, %(at)s, md5('p' || row_number() over (order by offer_id) / 4)::uuid, 'auto', 1, %(at)s, 'v', gen_random_uuid()
from marts.fct_offers where offer_id not in (select offer_id from predictions.offer_product);
analyze predictions.product, predictions.offer_product;
"""
SCORES = """
insert into predictions.run values (gen_random_uuid(), 'deals', 'all', %(at)s, 'v', 'complete', 1, '{}', %(at)s);
insert into predictions.deal_scores
select deal_id, %(at)s, (select run_id from predictions.run where as_of = %(at)s and capability = 'deals'), 'v',
    .5, .6, .7, .5, .5, .5, .5, 'plausible', '{}', '{}', false, %(at)s
from marts.fct_deals where ended_at is null;
analyze predictions.deal_scores;
"""


class Memory(threading.Thread):
    """Samples what Postgres, this program and its commands hold together (MiB; shared pages count once)."""

    def __init__(self, postmaster: int) -> None:
        super().__init__(daemon=True)
        self.roots = [psutil.Process(postmaster), psutil.Process()]
        self.peak = 0.0
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(1.0):
            self.peak = max(self.peak, sum(self._sizes()))

    def _sizes(self) -> Iterator[float]:
        for root in self.roots:
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.Error):
                    yield process.memory_full_info().pss / 2**20

    def since(self) -> int:
        """The peak since the last question."""
        peak, self.peak = self.peak, 0.0
        return round(peak)


@contextmanager
def own_database() -> Iterator[tuple[str, int]]:
    """A migrated database of a cluster of its own, and its postmaster's process id; both gone afterwards."""
    from dealhouse.database import engine
    from dealhouse.settings import settings
    from stack import postgres
    from stack.database import create_database, migrate

    with tempfile.TemporaryDirectory(prefix="dealhouse-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:  # noqa: S108
        home = Path(folder)
        home.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        cluster = postgres.create(home / "postgres", port)
        postgres.start(cluster)
        try:
            url = cluster.url("dealhouse")
            os.environ |= {"DATABASE_URL": url, "DEALHOUSE_HOME": str(home), "DEALHOUSE_STORE": str(home / "store")}
            settings.cache_clear()
            engine.cache_clear()
            create_database(cluster.url("postgres"), "dealhouse")
            migrate(url)
            yield url, int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        finally:
            postgres.stop(cluster)


def ask(url: str, statement: str, values: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def build(url: str, name: str, as_of: datetime, memory: Memory) -> Iterator[dict[str, Any]]:
    """One build, as the DAGs run it; what matching and scoring would write comes between, untimed."""
    from dealhouse import dbt_runs

    spent: dict[str, float] = {}
    memory.since()
    for selector in SELECTORS:
        began = time.monotonic()
        dbt_runs.build(selector, as_of)
        spent[selector] = round(time.monotonic() - began, 1)
        if between := {"core": PRODUCTS, "learnt_from": SCORES}.get(selector):
            ask(url, between, {"at": as_of})
    nodes = ask(url, NODES, [as_of])
    kinds = {kind: [seconds for found, _, seconds, _ in nodes if found == kind] for kind in ("model", "test")}
    yield {"figure": "build", "build": name, "seconds": round(sum(spent.values()), 1), **spent, "peak_mb": memory.since(),
           **{f"{kind}s": len(seconds) for kind, seconds in kinds.items()},
           **{f"{kind}_seconds": round(sum(seconds), 1) for kind, seconds in kinds.items()}}
    for kind, node, seconds, rows in nodes:
        if kind == "model" or seconds >= 1:
            yield {"figure": kind, "build": name, kind: node, "seconds": round(seconds, 2), "rows": rows}


def loads(loading: Loading, name: str, memory: Memory) -> Iterator[dict[str, Any]]:
    for kind, (rows, seconds) in sorted(loading.spent.items()):
        yield {"figure": "load", "load": name, "kind": kind, "rows": int(rows), "seconds": round(seconds, 1),
               "rows_per_second": round(rows / max(seconds, 1e-3))}
    if name == "full":
        rows, seconds = loading.spent["shop_order_lines"]
        yield {"figure": "lines_per_minute", "lines": round(60 * rows / max(seconds, 1e-3)), "wanted": 1_000_000}
    yield {"figure": "loaded", "load": name, "seconds": round(sum(seconds for _, seconds in loading.spent.values()), 1),
           "peak_mb": memory.since()}
    loading.spent.clear()


def asked(url: str) -> Iterator[dict[str, Any]]:
    """The ten worked questions, as an analyst's tool asks them."""
    with psycopg2.connect(url, options="-c role=bi_reader -c default_transaction_read_only=on") as connection:
        for question in questions():
            seconds = [_answered(connection, question.sql) for _ in range(6)]
            yield {"figure": "question", "number": question.number, "title": question.title, "wanted": 250,
                   "ms": round(1000 * statistics.median(seconds[1:]), 1), "first_ms": round(1000 * seconds[0], 1)}


def _answered(connection: psycopg2.extensions.connection, statement: str) -> float:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
    return time.monotonic() - began


def measure(world: World) -> Iterator[dict[str, Any]]:
    """The past loaded and built, then a day more."""
    from dealhouse import dbt_runs
    from dealhouse.commands import stream

    with own_database() as (url, postmaster):
        memory = Memory(postmaster)
        memory.start()
        loading = Loading(world)
        stream([str(dbt_runs.DBT), "parse", "--quiet", "--vars", dbt_runs.variables()], dbt_runs.environment())
        for name, load, day in (("full", loading.past, world.days - 1), ("day", loading.day, world.days)):
            load()
            ask(url, "analyze")
            yield from loads(loading, name, memory)
            yield from build(url, name, world.known(day), memory)
        yield from asked(url)
        ((size,),) = ask(url, "select pg_database_size(current_database())")
        yield {"figure": "database", "gb": round(size / 2**30, 2)}
        memory.stopped.set()
        dispose()


def dispose() -> None:
    """Close the loader's connections: the cluster is about to go."""
    from dealhouse.database import engine

    engine("loader").dispose()
    engine("transformer").dispose()


def show(scale: float, days: int) -> dict[str, float]:
    """Measure a scale in a process of its own; seconds by figure."""
    command = [sys.executable, __file__, "--alone", "--scale", str(scale), "--days", str(days)]
    seconds: dict[str, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            found = json.loads(line)
            if found["figure"] in ("build", "loaded"):
                seconds[f"{found['figure']} {found.get('build') or found['load']}"] = found["seconds"]
    if process.returncode:
        sys.exit(process.returncode)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.alone:
        for figure in measure(World(args.scale, args.days)):
            print(json.dumps({"scale": args.scale, **figure}), flush=True)
        return
    small, large = (show(scale, args.days) for scale in (args.scale / 10, args.scale))
    print(json.dumps({"figure": "day_share", "scale": args.scale, "share": round(large["build day"] / large["build full"], 3),
                      "wanted": 0.1}))
    print(json.dumps({"figure": "growth", "scale": args.scale, "wanted": 12,
                      **{name: round(large[name] / max(small[name], 0.1), 1) for name in large}}))


if __name__ == "__main__":
    main()
