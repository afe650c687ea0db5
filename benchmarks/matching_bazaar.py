"""Matching on the bazaar's truth, part of the identifiers removed: ours beside the inputs' method and an oracle.

    python benchmarks/matching_bazaar.py [--world small] [--seeds 101 202 303] [--removed 0.4]

The offers of day 0 as features.offer_attributes has them (those that cannot be read left out). GTIN and manufacturer's number are
removed from `--removed` of the offers, at random by the seed; what is left is what shops give, wrong ones among them. Methods:
`naive-tfidf-dbscan` (the inputs'), `oracle` (our candidates, vetoes and clustering with the truth as probabilities),
`matching-stack` (two looks, as `python -m ml matching cluster` has it), `matching-lightgbm` (the daily job's). Both learn from
the identifiers that are left. Prints one JSON line a seed and method, then the mean and the least over seeds. Bar: pair F1 and
B-cubed F1 >= .95. Two lines a seed tell of item groups, against the truth's: `item-groups` of the daily job's products, and the
same without what merchants list as variants of one article (`item-groups-hidden`); `alone_pair_f1`: the merchants' groups alone.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from bazaar.canonical import offer_id  # noqa: E402
from bazaar.fx import MID_RATES  # noqa: E402
from bazaar.offers import Listing  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.world import World, open_world  # noqa: E402
from ml.matching.clusters import Traits, cluster, traits  # noqa: E402
from ml.matching.config import MatchingConfig  # noqa: E402
from ml.matching.evaluate import figures, labelled_pairs, naive_clusters  # noqa: E402
from ml.matching.groups import Made, families  # noqa: E402
from ml.matching.model import Blocked, Scorer, block, fit, with_identifiers  # noqa: E402
from ml.matching.offers import FloatArray, Offers, prepare  # noqa: E402
from ml.matching.stack import fit_stack  # noqa: E402

CONFIG = MatchingConfig()
Labels = npt.NDArray[np.int64]


def market(world: World, removed: float) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The offers that are listed on day 0, and the true product and item group of each."""
    today = world.market.days(0, 0)
    listed = [one for one in world.listings if today.listed[one.number, 0] and not one.broken]
    frame = pd.DataFrame([_offer(world, one, int(today.price[one.number, 0])) for one in listed])
    bare = np.random.default_rng(world.seed).random(len(frame)) < removed
    frame.loc[bare, ["gtin", "mpn"]] = None
    groups = [str(world.catalogue.group[one.true_index]) for one in listed]
    return frame, [str(one.true_index) for one in listed], groups


def _offer(world: World, one: Listing, cents: int) -> dict[str, Any]:
    merchant = world.merchants[one.merchant]
    return {
        "offer_id": offer_id(merchant, one), "merchant_id": merchant.merchant_id, "country": merchant.country,
        "language": merchant.language, "item_group_key": one.item_group_id, "title": one.title,
        "variant_title": one.variant_title, "brand": one.brand,
        "gtin": one.valid_gtin, "mpn": one.mpn, "sku": one.sku, "category_path": one.category_path,
        "image_url": merchant.base_url + one.image_path, "price_reporting": cents / 100 / MID_RATES[merchant.currency],
    }


def _clustered(offers: Offers, blocked: Blocked, probability: FloatArray, own: list[Traits], threshold: float) -> Labels:
    return cluster(blocked.pairs, probability, own, threshold=threshold, missing=CONFIG.missing_probability)


def _two_looks(offers: Offers, blocked: Blocked, seed: int) -> Labels:
    stack = fit_stack(offers, blocked, offers.gtin, CONFIG, version="bazaar", seed=seed)
    if stack is None:
        raise SystemExit("too few identifiers to learn from")
    probability = with_identifiers(offers, blocked.pairs, stack.probabilities(offers, blocked), CONFIG)
    return _clustered(offers, blocked, probability, stack.traits(offers), stack.threshold)


def _one_look(offers: Offers, blocked: Blocked, seed: int) -> tuple[Labels, Scorer]:
    labelled = labelled_pairs(offers, blocked, CONFIG, np.random.default_rng(seed))
    if labelled is None:
        raise SystemExit("too few identifiers to learn from")
    scorer = fit(labelled, CONFIG, "bazaar", seed)
    probability = with_identifiers(offers, blocked.pairs, scorer.probabilities(blocked.features(offers)), CONFIG)
    return _clustered(offers, blocked, probability, traits(offers), CONFIG.merge_threshold), scorer


def measure(frame: pd.DataFrame, truth: list[str], seed: int) -> dict[str, Labels]:
    """A clustering a method."""
    offers = prepare(frame)
    blocked = block(offers, CONFIG)
    true = np.array(truth)
    same = (true[blocked.pairs.left] == true[blocked.pairs.right]).astype(np.float32)
    whole = frame["title"].str.cat(frame["variant_title"].fillna(""), sep=" ").tolist()
    return {
        "naive-tfidf-dbscan": naive_clusters(whole, offers.price),
        "oracle": _clustered(offers, blocked, same, traits(offers), CONFIG.merge_threshold),
        "matching-stack": _two_looks(offers, blocked, seed),
        "matching-lightgbm": _one_look(offers, blocked, seed)[0],
    }


def grouped(frame: pd.DataFrame, groups: list[str], seed: int) -> dict[str, float]:
    """Pair F1 of item groups: ours, and what merchants list together joined by our products, alone."""
    offers = prepare(frame)
    blocked = block(offers, CONFIG)
    labels, scorer = _one_look(offers, blocked, seed)
    made = Made(offers, labels, traits(offers))
    nothing = CONFIG.model_copy(update={"kin_similarity": 2.0})
    found = {"pair_f1": families(made, scorer, blocked, CONFIG), "alone_pair_f1": families(made, scorer, blocked, nothing)}
    return {name: round(figures("item-groups", groups, one).pairs.f1, 4) for name, one in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--removed", type=float, default=0.4)
    asked = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in asked.seeds:
        frame, truth, groups = market(open_world(replace(from_env({}), world=asked.world, seed=seed)), asked.removed)
        known = {"offers": len(frame), "products": len(set(truth)), "with_gtin": round(float(frame["gtin"].notna().mean()), 3)}
        for method, labels in measure(frame, truth, seed).items():
            got = figures(method, truth, labels)
            found.setdefault(method, []).append((got.pairs.f1, got.b_cubed.f1))
            parts = {
                f"{name}_{part}": round(getattr(prf, part), 4)
                for name, prf in (("pair", got.pairs), ("bcubed", got.b_cubed)) for part in ("precision", "recall", "f1")
            }
            line = {"data": f"bazaar {asked.world}", "seed": seed, **known, "method": method, **parts, "clusters": got.clusters}
            print(json.dumps(line), flush=True)
        for method, view in (("item-groups", frame), ("item-groups-hidden", frame.assign(item_group_key=None))):
            line = {"data": f"bazaar {asked.world}", "seed": seed, "method": method, **grouped(view, groups, seed)}
            print(json.dumps(line), flush=True)
    for method, figure in found.items():
        pair, bcubed = zip(*figure, strict=True)
        parts = {"pair_f1_mean": mean(pair), "pair_f1_least": min(pair)}
        parts |= {"bcubed_f1_mean": mean(bcubed), "bcubed_f1_least": min(bcubed)}
        rounded = {name: round(value, 4) for name, value in parts.items()}
        print(json.dumps({"data": f"bazaar {asked.world}", "method": method, "seeds": len(pair), **rounded}))


if __name__ == "__main__":
    main()
