"""Verdicts on reference prices against the bazaar's truth, three seeds, through the real warehouse.

    python benchmarks/deals_bazaar.py [--world small] [--seeds 101 202 303] [--days -61 -31 -1] [--unmatched]

For each seed the merchants' observed past (crawls that failed left out) is imported into a Postgres of its own, dbt builds the
facts and features of each day, matching and the verdicts run as they do every day; the truth is looked up by offer and time.
Prints a JSON line per seed and one for all. `fake` is the positive class, among deals with a stated reference price:

- ours: precision, recall and F1 among judged deals (not insufficient_history); in `f1_of_all` unjudged fakes are missed
- suspicious_pricing: the inputs' rule, reference > 1.3 x mean of the last 30 observed prices, judged where such a mean is known
- oracle: knows the truth, and speaks where an offer was observed on at least `min_observed_days` days: what can be known at all
- verdicts: how often each was given, by truth kind; `without_history` counts verdicts on fewer observed days (must be 0)
- without_truth: deals with a stated reference price of which the truth tells no episode; they are in none of the other figures

`--unmatched` skips matching: no verdict then draws on other merchants.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg2
from psycopg2.extras import execute_values

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from bazaar import clock, truth  # noqa: E402
from bazaar.fx import CURRENCIES, rate  # noqa: E402
from bazaar.history import write_history  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.world import World, open_world  # noqa: E402
from ml.deals.config import DealsConfig  # noqa: E402
from stack import postgres  # noqa: E402
from stack.database import create_database, migrate  # noqa: E402

JUDGED = """
select d.deal_id::text, d.offer_id::text, d.reference_kind, d.started_at, d.observed_days_200d, d.mean_price_30::float8,
       d.reference_price::float8, o.last_seen_at, s.verdict, s.suspicious_pricing, s.evidence
from features.deal_candidates d
join marts.fct_offers o using (offer_id)
join predictions.deal_scores s using (deal_id)
where s.run_id = (select run_id from predictions.run where capability = 'deals' and status = 'complete' and as_of = %s)
"""


class Warehouse:
    """A throw-away Postgres with the platform's commands pointed at it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.cluster = postgres.create(home / "postgres", port)
        postgres.start(self.cluster, durable=False)
        self.url = self.cluster.url("dealhouse")
        create_database(self.cluster.url("postgres"), "dealhouse")
        migrate(self.url)
        path = os.pathsep.join([str(PROJECT), str(PROJECT / "plugins")])
        self.environment = {
            **os.environ, "DATABASE_URL": self.url, "DEALHOUSE_HOME": str(home), "PYTHONPATH": path, "DO_NOT_TRACK": "1",
        }

    def run(self, *command: str) -> None:
        """Run a Python module of ours; exits with its last words when it fails."""
        done = subprocess.run(
            [sys.executable, *command], cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{command} failed: {done.stdout[-3000:]}{done.stderr[-2000:]}")

    def build(self, selector: str, key: str) -> None:
        words = "import sys; from dealhouse import dbt_runs, as_of; dbt_runs.build(sys.argv[1], as_of.parse_as_of(sys.argv[2]))"
        self.run("-c", words, selector, key)


@contextmanager
def warehouse() -> Iterator[Warehouse]:
    home = Path(tempfile.mkdtemp(prefix="dealhouse-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))  # noqa: S108
    made = Warehouse(home)
    try:
        yield made
    finally:
        postgres.stop(made.cluster)
        shutil.rmtree(home)


def load_past(made: Warehouse, world: World) -> None:
    """The merchants' history as files through the importer, and the rates of its days as the shop would have fed them."""
    with tempfile.TemporaryDirectory() as folder:
        write_history(world, Path(folder))
        made.run("-m", "dealhouse.loading", "import-offers", folder)
    rows = [
        ("house", "EUR", quote, clock.calendar_day(day), rate(quote, day, world.seed), "test", clock.iso(day), f"fx{day}", number)
        for day in range(world.first_day, 0) for number, quote in enumerate(CURRENCIES) if quote != "EUR"
    ]
    columns = "(shop_id, base, quote, day, rate, source, loaded_at, batch_id, row_no)"
    with psycopg2.connect(made.url) as connection, connection.cursor() as cursor:
        execute_values(cursor, f"insert into raw.fx_rates {columns} values %s", rows)


def judged(made: Warehouse, day: int, *, matched: bool) -> pd.DataFrame:
    """The deals that are open on that day, each with our verdict."""
    key = clock.key(day)
    made.build("core", key)
    if matched:
        made.run("-m", "ml", "matching", "run", "--as-of", key, "--train", "auto")
    made.build("learnt_from", key)
    made.run("-m", "ml", "deals", "run", "--as-of", key)
    with psycopg2.connect(made.url) as connection, connection.cursor() as cursor:
        cursor.execute(JUDGED, (clock.instant(day),))
        names = [column.name for column in cursor.description or ()]
        return pd.DataFrame(cursor.fetchall(), columns=names).assign(day=day)


def with_truth(deals: pd.DataFrame, world: World) -> pd.DataFrame:
    """Deals with a stated reference price and the `kind` of the episode that was shown when we saw the offer last (or none)."""
    told = pd.DataFrame(truth.deals(world, -1))[["offer_id", "kind", "first_at", "last_at"]]
    told["first_at"] = pd.to_datetime(told["first_at"], utc=True)
    told["last_at"] = pd.to_datetime(told["last_at"], utc=True).fillna(datetime(2100, 1, 1, tzinfo=UTC))
    stated = deals[deals["reference_kind"] != "observed"]
    both = stated.merge(told, on="offer_id", how="left")
    seen = pd.to_datetime(both["last_seen_at"], utc=True)
    shown = both[(both["first_at"] <= seen) & (seen <= both["last_at"])]
    latest = shown.sort_values("first_at").drop_duplicates(["day", "deal_id"], keep="last")
    return stated.merge(latest[["day", "deal_id", "kind", "first_at", "last_at"]], on=["day", "deal_id"], how="left")


def scores(said: "pd.Series[bool]", judged_: "pd.Series[bool]", fake: "pd.Series[bool]") -> dict[str, float]:
    """Precision, recall and F1 of `said` among the judged; recall and F1 of all, where who is silent misses."""
    hits, called = int((said & judged_ & fake).sum()), int((said & judged_).sum())
    there, everywhere = int((fake & judged_).sum()), int(fake.sum())
    return {
        "precision": round(hits / max(called, 1), 4), "recall": round(hits / max(there, 1), 4),
        "f1": round(2 * hits / max(called + there, 1), 4), "f1_of_all": round(2 * hits / max(called + everywhere, 1), 4),
        "share_judged": round(float(judged_.mean()), 4),
    }


def report(name: dict[str, Any], found: pd.DataFrame) -> dict[str, Any]:
    deals = found[found["kind"].notna()]
    enough = deals["observed_days_200d"] >= DealsConfig().min_observed_days
    fake, spoken = deals["kind"] != "genuine", deals["verdict"] != "insufficient_history"
    table = deals.groupby(["kind", "verdict"]).size().unstack(fill_value=0)
    return {
        **name, "deals": len(deals), "without_truth": len(found) - len(deals), "fake": int(fake.sum()),
        "ours": scores(~deals["verdict"].isin(["genuine", "insufficient_history"]), spoken, fake),
        "suspicious_pricing": scores(deals["suspicious_pricing"].astype(bool), deals["mean_price_30"].notna(), fake),
        "oracle": scores(fake, enough, fake),
        "without_history": int((spoken & ~enough).sum()),
        "verdicts": {str(kind): {str(k): int(n) for k, n in row.items() if n} for kind, row in table.iterrows()},
    }


def measure(world_name: str, seed: int, days: list[int], *, matched: bool) -> pd.DataFrame:
    world = open_world(replace(from_env({}), world=world_name, seed=seed))
    with warehouse() as made:
        load_past(made, world)
        found = pd.concat([judged(made, day, matched=matched) for day in sorted(days)], ignore_index=True)
    return with_truth(found, world)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--days", type=int, nargs="+", default=[-61, -31, -1])
    parser.add_argument("--unmatched", action="store_true")
    parser.add_argument("--out", type=Path, help="also write every deal with its evidence as JSON lines")
    asked = parser.parse_args()
    found = []
    for seed in asked.seeds:
        began = time.monotonic()
        deals = measure(asked.world, seed, asked.days, matched=not asked.unmatched).assign(seed=seed)
        found.append(deals)
        seconds = round(time.monotonic() - began, 1)
        print(json.dumps(report({"world": asked.world, "seed": seed, "days": asked.days, "seconds": seconds}, deals)), flush=True)
    every = pd.concat(found, ignore_index=True)
    print(json.dumps(report({"world": asked.world, "seed": "all"}, every)), flush=True)
    if asked.out:
        every.to_json(asked.out, orient="records", lines=True, date_format="iso")


if __name__ == "__main__":
    main()
