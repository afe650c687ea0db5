"""The deal score against what the bazaar's shoppers click: the curve and the weights, held out by time.

    python benchmarks/deals_clicks.py [--world small] [--seeds 101 202 303] [--visits 4000]

For each seed the merchants' past goes through the real warehouse and the deal run (as in deals_bazaar.py, unmatched); then the
bazaar's own shoppers look down lists of ten of its accepted deals, better scores higher up on the whole, over 30 days. Prints a
JSON line per seed: `click_log_loss` of the calibrated score on the last quarter of the clicks beside what needs no learning (a
constant, the raw score and the raw discount, each in proportion and with the same places), the reliability of the curve
there, the AUC of score and discount for a click, and the weights, hand-set or learned.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg2

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bazaar import clock  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.shop.visits import Shopper  # noqa: E402
from bazaar.shop.world import build_shop  # noqa: E402
from bazaar.world import open_world  # noqa: E402
from benchmarks.deals_bazaar import judged, load_past, warehouse  # noqa: E402
from ml.core.metrics import auc  # noqa: E402
from ml.deals.calibration import fit  # noqa: E402
from ml.deals.config import DealsConfig  # noqa: E402
from ml.deals.learning import split, train  # noqa: E402
from ml.deals.score import PARTS  # noqa: E402
from ml.deals.weights import rescored  # noqa: E402

DEALS = """
select d.deal_id::text, d.title, d.category, o.brand, o.url, d.price_reporting::float8 as price, d.discount_pct::float8,
       s.score, s.parts
from features.deal_candidates d
join marts.fct_offers o using (offer_id)
join predictions.deal_scores s using (deal_id)
where cardinality(s.reject_reasons) = 0
"""


def deals(world_name: str, seed: int) -> pd.DataFrame:
    """The accepted deals of the world's last day, with score and parts."""
    with warehouse() as made:
        load_past(made, open_world(replace(from_env({}), world=world_name, seed=seed)))
        judged(made, -1, matched=False)
        with psycopg2.connect(made.url) as connection, connection.cursor() as cursor:
            cursor.execute(DEALS)
            return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])


def visited(found: pd.DataFrame, world_name: str, seed: int, visits: int) -> pd.DataFrame:
    """Outcomes as `read_outcomes` tells them: a row per deal, hour and position."""
    shop, rng = build_shop(world_name, seed), np.random.default_rng(seed)
    items = found.to_dict("records")
    start = int(clock.instant(0).timestamp())
    seen: Counter[tuple[str, int, int]] = Counter()
    clicked: Counter[tuple[str, int, int]] = Counter()
    for second in np.sort(rng.integers(0, 30 * 86400, visits)):
        chosen = rng.choice(len(items), size=min(10, len(items)), replace=False)
        order = np.argsort(-(found["score"].to_numpy()[chosen] + rng.normal(0, 0.1, len(chosen))))
        shopper = Shopper(shop, int(rng.integers(0, len(shop.customers.level))), start + int(second), rng, None)
        shopper.look_down("deals", [{str(name): value for name, value in items[n].items()} for n in chosen[order]])
        for event in shopper.visit.events:
            place = (str(event.get("deal_id")), int(second) // 3600, int(event.get("position") or 0))
            seen[place] += event["kind"] == "impression"
            clicked[place] += event["kind"] == "deal_click"
    rows = [{"deal_id": deal, "shown_at": hour, "list": "deals", "position": position, "impressions": n,
             "clicks": clicked[deal, hour, position]} for (deal, hour, position), n in seen.items() if n]
    parts = pd.DataFrame([{part: told[part]["value"] for part in PARTS} for told in found["parts"]])
    both = pd.DataFrame(rows).merge(pd.concat([found[["deal_id", "score", "discount_pct"]], parts], axis=1), on="deal_id")
    return both.assign(shown_at=pd.to_datetime(start + 3600 * both["shown_at"], unit="s", utc=True)).sort_values("shown_at")


def reliability(outcomes: pd.DataFrame, weights: Mapping[str, float], config: DealsConfig) -> list[dict[str, float]]:
    """Foretold and counted clicks of the held-out period, by quarter of what was foretold."""
    periods = split(outcomes, config)
    if periods is None:
        return []
    first, second, third = (rescored(period, weights) for period in periods)
    foretold = fit(first.joined(second), config).expected(third) * third.impressions
    rank = np.argsort(np.argsort(foretold / third.impressions, kind="stable"), kind="stable") * 4 // len(foretold)
    quarters = [(foretold[rank == n].sum(), third.clicks[rank == n].sum()) for n in range(4)]
    return [{"foretold": round(float(hoped), 1), "clicks": float(came)} for hoped, came in quarters]


def measure(world_name: str, seed: int, visits: int) -> dict[str, Any]:
    config = DealsConfig()
    outcomes = visited(deals(world_name, seed), world_name, seed, visits)
    trained = train(outcomes, datetime(2026, 5, 5, tzinfo=UTC), None, config)
    counted = {name: int(outcomes[name].sum()) for name in ("impressions", "clicks")}
    told: dict[str, Any] = {"world": world_name, "seed": seed, **counted}
    if trained is None:
        return {**told, "trained": False}
    weights = dict(trained.model.weights)
    return {
        **told, **trained.told(), "promoted": trained.value < min(trained.naive.values()),
        "reliability": reliability(outcomes, weights, config), "learned": weights != config.score_weights, "weights": weights,
        "auc_score": round(auc(outcomes["clicks"] > 0, outcomes["score"]), 4),
        "auc_discount": round(auc(outcomes["clicks"] > 0, outcomes["discount_pct"]), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--visits", type=int, default=4000)
    asked = parser.parse_args()
    for seed in asked.seeds:
        began = time.monotonic()
        told = measure(asked.world, seed, asked.visits)
        print(json.dumps({**told, "seconds": round(time.monotonic() - began, 1)}), flush=True)


if __name__ == "__main__":
    main()
