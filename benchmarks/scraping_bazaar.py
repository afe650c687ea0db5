"""Ten thousand made-up merchants, three in ten of them ill, crawled through the real DAG into the marts.

    python benchmarks/scraping_bazaar.py --merchants 10000 --offers 2000000 [--whole] [--home DIR]    # half an hour
    python benchmarks/scraping_bazaar.py                                                              # 400 merchants, two minutes

Brings up a platform of its own (Postgres, Airflow, the bazaar), has the bazaar make its merchants, imports them, and posts the
ingests. Measured is from the post of `ingest_offers` until `build_core` has built marts.fct_offers (with --whole until the whole
pipeline has run). Prints one JSON line a finding:

- stage: seconds of each task; `whole` in seconds, offers a second, and the hours that 50M offers would take at that pace
- rows: received = loaded + rejected, by the ledger; for the healthy merchants also = what they served, by the bazaar's own log
- marts: offers of the crawl that are in marts.fct_offers
- illness: for each kind how many merchants have it, the crawls' words for them, and how many told it as they should
- manners: requests, and violations of spacing, robots.txt, Retry-After, limits and private addresses as the merchants saw them
- memory: the platform's peak (MiB, proportional set sizes) and the largest single process of each kind

Exit 1 when a row is lost, a fault is not told, or a merchant was treated badly.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import requests

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

PORTS = {"POSTGRES": 15539, "API": 18610, "BAZAAR": 18710, "AIRFLOW": 18090, "DOCS": 18091}
TARGET_OFFERS = 50_000_000
GIVE_UP_SECONDS = 7200.0
AFTER_CORE = ("match_offers",)  # paused: matching of millions of offers is another measurement
HOUSE_SHOP = "ingest_shop"

COVERAGE = "select merchant_id, status, offers, error from raw.crawl_coverage where loaded_at = %s"
LEDGER = """
select merchant_id, sum(rows_received), sum(rows_loaded), sum(rows_rejected) from raw.load_ledger
where source = 'offers' and loaded_at = %s group by merchant_id
"""
TASKS = """
select dag_id, task_id, min(started_at), max(finished_at), sum(rows_written), count(*) from ops.run_ledger
where as_of = %s and status = 'done' and started_at >= %s group by dag_id, task_id order by 3
"""
IN_MARTS = """
select count(*), count(*) filter (where is_live) from marts.fct_offers where not is_house
"""
DISTINCT = "select count(distinct offer_id) from raw.offer_observations where loaded_at = %s"
MODELS = """
select node, seconds, rows_affected from ops.dbt_results where as_of = %s and layer = 'core' and resource_type = 'model'
order by seconds desc limit 8
"""


def show(finding: str, **values: Any) -> None:  # noqa: ANN401
    print(json.dumps({"finding": finding, **values}, default=str), flush=True)


def ask(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url, options="-c timezone=UTC") as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


class World:
    """A platform on a market, ready to crawl."""

    def __init__(self, home: Path, merchants: int, offers: int) -> None:
        os.environ |= {f"DEALHOUSE_{name}_PORT": str(port) for name, port in PORTS.items()}
        os.environ |= {"DEALHOUSE_HOME": str(home), "WORLD": f"market-{merchants}-{offers}"}
        os.environ.pop("DATABASE_URL", None)
        from stack.platform import bring_up, run
        from stack.settings import StackSettings

        self.settings = StackSettings()
        env = bring_up(self.settings)
        self.url = env["DATABASE_URL"]
        began = time.monotonic()
        stocked = requests.post(f"{self.settings.bazaar_url}/control/stock", timeout=GIVE_UP_SECONDS).json()
        show("world", **stocked, seconds=round(time.monotonic() - began, 1))
        self.key = str(self.control("clock")["as_of"])
        registry = f"{self.settings.bazaar_url}/control/registry.yml"
        run([sys.executable, "-m", "dealhouse.scraping", "merchants", "import", registry, "--as-of", self.key], env)

    def control(self, name: str) -> dict[str, Any]:
        answer = requests.get(f"{self.settings.bazaar_url}/control/{name}", timeout=300)
        answer.raise_for_status()
        return dict(answer.json())

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.key).replace(tzinfo=UTC)


def crawl(world: World, *, whole: bool) -> tuple[datetime, float]:
    """Post the ingests and wait for the last DAG that counts: when the crawl was posted, and the seconds that it all took."""
    from stack.airflow import Airflow

    airflow = Airflow(world.settings.airflow_url)
    airflow.log_in()
    last = "publish_storefront" if whole else "build_core"
    while not airflow.dag_ids() >= {last, "ingest_offers", HOUSE_SHOP, *AFTER_CORE}:
        time.sleep(1)
    for dag_id in () if whole else AFTER_CORE:
        answer = airflow.session.patch(f"{airflow.url}/api/v2/dags/{dag_id}", json={"is_paused": True}, timeout=30)
        answer.raise_for_status()
    airflow.post_run(HOUSE_SHOP, world.key)  # the rates of exchange come with it
    _await(airflow, world.key, HOUSE_SHOP, "build_core", times=1)
    posted, began = datetime.now(UTC), time.monotonic()
    airflow.post_run("ingest_offers", world.key)
    _await(airflow, world.key, "ingest_offers", "build_core", times=2)
    if whole:
        _await(airflow, world.key, last, last, times=1)
    return posted, time.monotonic() - began


def _await(airflow: Any, key: str, first: str, last: str, *, times: int) -> None:  # noqa: ANN401
    """Wait until `first` has run and `last` for so many times. Exits with the words of what failed."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        runs = airflow.runs(key)
        failed = [run for run in runs if run.state == "failed"]
        if failed:
            sys.exit("\n".join(airflow.error_of(run) for run in failed))
        over = Counter(run.dag_id for run in runs if run.is_over)
        if over[first] and over[last] >= times:
            return
        time.sleep(2)
    sys.exit(f"{last} did not end within {GIVE_UP_SECONDS:.0f} s")


def stages(world: World, posted: datetime, seconds: float, offers: int) -> None:
    for dag_id, task_id, start, end, rows, tries in ask(world.url, TASKS, world.as_of, posted):
        show("stage", task=f"{dag_id}.{task_id}", seconds=round((end - start).total_seconds(), 1), rows=int(rows), tasks=tries)
    for node, took, rows in ask(world.url, MODELS, world.as_of):
        show("model", node=node.rpartition(".")[2], seconds=round(took, 1), rows=rows)
    pace = offers / seconds
    show("whole", seconds=round(seconds, 1), minutes=round(seconds / 60, 1), offers=offers, offers_per_second=round(pace),
         hours_for_50m=round(TARGET_OFFERS / pace / 3600, 2))


def rows(world: World) -> tuple[int, bool]:
    """Offers loaded, and whether every row that was served or received is accounted for."""
    ledger = {name: (int(a), int(b), int(c)) for name, a, b, c in ask(world.url, LEDGER, world.as_of)}
    received, loaded, rejected = (sum(counts[place] for counts in ledger.values()) for place in range(3))
    served: dict[str, dict[str, int]] = world.control("served")["merchants"]
    ill = world.control("illnesses")
    well = [name for name in served if name not in ill or ill[name]["illness"] == "busy_once"]
    lost = {name: [served[name]["records"], ledger.get(name, (0, 0, 0))[0]] for name in well
            if served[name]["records"] != ledger.get(name, (0, 0, 0))[0]}
    spoilt = {name: [served[name]["broken"], ledger[name][2]] for name in well
              if name in ledger and served[name]["broken"] != ledger[name][2]}
    show("rows", received=received, loaded=loaded, rejected=rejected, is_whole=received == loaded + rejected)
    show("served", healthy_merchants=len(well), served=sum(served[name]["records"] for name in well),
         received=sum(ledger.get(name, (0, 0, 0))[0] for name in well), merchants_with_a_difference=len(lost),
         examples=dict(list(lost.items())[:5]))
    show("rejects", merchants_with_others_than_broken_rows=len(spoilt), examples=dict(list(spoilt.items())[:5]))
    (distinct,) = ask(world.url, DISTINCT, world.as_of)[0]
    there, live = ask(world.url, IN_MARTS)[0]
    show("marts", loaded_offers=loaded, distinct_offers=distinct, in_fct_offers=there, live=live, missing=distinct - there)
    return loaded, received == loaded + rejected and not lost and distinct == there


def illnesses(world: World) -> bool:
    """Whether every merchant has a crawl on record, and every ill one was told as it should be."""
    coverage = {name: (status, offers, error) for name, status, offers, error in ask(world.url, COVERAGE, world.as_of)}
    ill = world.control("illnesses")
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, entry in ill.items():
        kinds[entry["illness"]].append(name)
    wrong = 0
    for kind, names in sorted(kinds.items()):
        words = Counter(coverage.get(name, ("none", 0, None))[0] for name in names)
        expects = ill[names[0]]["expects"]
        odd = [name for name in names if coverage.get(name, ("none",))[0] not in expects]
        wrong += len(odd)
        show("illness", illness=kind, merchants=len(names), told=dict(words), expects=expects, right=len(names) - len(odd),
             example=coverage.get((odd or names)[0]), odd=odd[:3])
    healthy = Counter(status for name, (status, _, _) in coverage.items() if name not in ill)
    total = world.control("../health")["merchants"]
    show("crawls", merchants=total, on_record=len(coverage), healthy=dict(healthy), ill=len(ill), told_wrong=wrong)
    return wrong == 0 and len(coverage) == total and set(healthy) <= {"complete"}


def manners(world: World) -> bool:
    told = world.control("manners")
    offenders = told.pop("offenders")
    show("manners", **told, offenders=len(offenders), examples=dict(list(offenders.items())[:5]))
    return not any(told["violations"].values()) and told["most_in_flight"] <= 50


def measure(home: Path, merchants: int, offers: int, *, whole: bool) -> bool:
    from benchmarks.pipeline import MemorySampler

    world = World(home, merchants, offers)
    sampler = MemorySampler(home)
    sampler.start()
    posted, seconds = crawl(world, whole=whole)
    loaded, is_whole = rows(world)
    stages(world, posted, seconds, loaded)
    is_told, is_polite = illnesses(world), manners(world)
    show("memory", platform_peak_mb=round(sampler.peak(posted, datetime.now(UTC))))
    sampler.stopped.set()
    return is_whole and is_told and is_polite


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--merchants", type=int, default=400)
    parser.add_argument("--offers", type=int, default=40_000)
    parser.add_argument("--whole", action="store_true", help="match, score and publish, too")
    parser.add_argument("--home", type=Path, help="keep the platform there, for a look at it; default: nothing is kept")
    asked = parser.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="dealhouse-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))  # noqa: S108
    try:
        return 0 if measure(home.resolve(), asked.merchants, asked.offers, whole=asked.whole) else 1
    finally:
        from stack.platform import take_down
        from stack.settings import StackSettings

        take_down(StackSettings())
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
