"""How matching grows: seconds and memory of every stage, blocking recall and F1, from thousands of offers to a million.

    python benchmarks/matching_scale.py [--offers 25000 100000]

Sizes up to a million can be asked for: with 200000 and 1000000 added it takes about an hour. Each size runs in a process of its
own and prints one JSON line: wall and CPU seconds of each stage (`read`, `block`, `learn`, `score`, `cluster`), `seconds` and
`cpu_seconds` of all, `peak_mb`, `blocking_recall` (share of true pairs among the candidates), `candidate_ratio` (candidates of
all pairs), `candidates_per_offer`, `pair_f1` of the clusters, and `growth`: the exponent of CPU time against the size before.
The baseline is the first size's CPU time grown with the square (`squared_seconds`): all pairs.

Offers: real titles (PriceRunner and WDC in $DEALHOUSE_DATA, default ../shared/data) turned into families of sibling products that
differ in the digits of their model, each listed by 2 to 6 of 400 merchants in words of their own: dropped, swapped, misspelt and
added words, models split or left out; 60 % with their GTIN, of which the scorer learns; blocking and the figures hide none.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]
NOISE = ("new", "original", "best price", "free shipping", "2023 model", "in stock", "uk version", "genuine", "sale", "boxed")
SIBLINGS = 6
MERCHANTS = 400


def base_titles(data: Path) -> list[str]:
    """Distinct real titles, one a PriceRunner product and each of WDC's."""
    runner = pd.read_parquet(data / "pricerunner" / "offers.parquet").groupby("cluster_id")["title"].first()
    pairs = pd.read_parquet(data / "wdc" / "pairs.parquet")
    titles = pd.concat([runner, pairs["l_title"], pairs["r_title"]]).str.replace(r'"|\bNull\b|,', " ", regex=True)
    return [title for title in titles.str.split().str[:14].str.join(" ").str.lower().unique() if len(title.split()) > 2]


def absent(data: Path) -> str | None:
    """Which of the files that the titles come from is not there."""
    files = (data / "pricerunner" / "offers.parquet", data / "wdc" / "pairs.parquet")
    return next((f"{file} is not there" for file in files if not file.exists()), None)


def made(size: int, data: Path, seed: int = 11) -> pd.DataFrame:
    """`size` offers as features.offer_attributes has them, and `truth`, the product of each."""
    rng = np.random.default_rng(seed)
    titles = base_titles(data)
    rng.shuffle(titles)
    families = max(size // (4 * SIBLINGS), 1)
    rows: list[tuple[int, str, str, str]] = []
    for product in range(size):
        family = product % families
        words = _sibling(titles[family % len(titles)].split(), product // families + family // len(titles), rng)
        for merchant in rng.choice(MERCHANTS, int(rng.integers(2, 7)), replace=False):
            rows.append((product, f"shop-{merchant}", _worded(words, rng), words[0] if rng.random() < 0.6 else ""))
        if len(rows) >= size:
            break
    frame = pd.DataFrame(rows[:size], columns=["truth", "merchant_id", "title", "brand"])
    base = rng.lognormal(4, 1, size)[frame["truth"]]
    known = rng.random(len(frame)) < 0.6
    frame["gtin"] = ("4" + frame["truth"].astype(str).str.zfill(13)).where(known, None)
    frame["price_reporting"] = (base * rng.lognormal(0, 0.1, len(frame))).round(2)
    frame["offer_id"] = [f"{place:032x}" for place in range(len(frame))]
    frame["features_hash"] = frame["offer_id"]
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def _sibling(words: list[str], number: int, rng: np.random.Generator) -> list[str]:
    """A product of a family: the digits of its model changed, or a model added where there is none."""
    if not number:
        return list(words)
    digits = [sum(map(str.isdigit, word)) for word in words]
    place = int(np.argmax(digits))
    if digits[place] < 3:
        return [*words[:2], f"m{int(rng.integers(100, 10_000))}", *words[2:]]
    changed = "".join(str(rng.integers(10)) if sign.isdigit() else sign for sign in words[place])
    return [*words[:place], changed, *words[place + 1 :]]


def _worded(words: list[str], rng: np.random.Generator) -> str:
    """A merchant's own words for a product; its model is split now and then, and seldom left out."""
    out = [_respelt(word, rng) for word in words]
    loose = [place for place, word in enumerate(out) if word.isalpha() and place]
    if loose and len(out) > 4 and rng.random() < 0.5:
        out.pop(int(rng.choice(loose)))
    if rng.random() < 0.3:
        place = int(rng.integers(len(out) - 1))
        out[place], out[place + 1] = out[place + 1], out[place]
    if rng.random() < 0.15:
        place = int(rng.integers(len(out)))
        word = out[place]
        if len(word) > 4 and word.isalpha():
            cut = int(rng.integers(1, len(word) - 1))
            out[place] = word[:cut] + word[cut + 1 :]
    if rng.random() < 0.03:
        out = [word for word in out if not any(map(str.isdigit, word))] or out
    if rng.random() < 0.4:
        out.insert(int(rng.integers(len(out) + 1)), str(rng.choice(NOISE)))
    return " ".join(out)


def _respelt(word: str, rng: np.random.Generator) -> str:
    """`wh1000` becomes `wh-1000` or `wh 1000` in a sixth of the places."""
    cut = next((place for place in range(1, len(word)) if word[place - 1].isalpha() and word[place].isdigit()), 0)
    return word[:cut] + str(rng.choice(["-", " "])) + word[cut:] if cut and rng.random() < 0.17 else word


class Clock:
    """Wall and CPU seconds by stage; CPU of all threads."""

    def __init__(self) -> None:
        self.stages: dict[str, list[float]] = {}
        self.started = self.last = (time.monotonic(), time.process_time())

    def stop(self, stage: str) -> None:
        now = (time.monotonic(), time.process_time())
        self.stages[stage] = [round(a - b, 1) for a, b in zip(now, self.last, strict=True)]
        self.last = now

    def total(self) -> tuple[float, float]:
        return self.last[0] - self.started[0], self.last[1] - self.started[1]


def measure(size: int, data: Path) -> dict[str, Any]:
    """From frame to clusters, as the job does it, in this process."""
    from ml.matching.clusters import cluster, traits
    from ml.matching.config import MatchingConfig
    from ml.matching.evaluate import figures, labelled_pairs
    from ml.matching.model import Rules, Scorer, block, fit, with_identifiers
    from ml.matching.offers import prepare
    from ml.matching.scoring import score

    config, frame = MatchingConfig(), made(size, data)
    truth, clock = frame["truth"].to_numpy(), Clock()
    offers = prepare(frame)
    clock.stop("read")
    blocked = block(offers, config)
    clock.stop("block")
    labelled = labelled_pairs(offers, blocked, config, np.random.default_rng(1))
    scorer: Scorer = fit(labelled, config, "matching-lightgbm", 1) if labelled else Rules()
    clock.stop("learn")
    probability = with_identifiers(offers, blocked.pairs, score(scorer, offers, blocked), config)
    clock.stop("score")
    labels = cluster(
        blocked.pairs, probability, traits(offers), threshold=config.merge_threshold, missing=config.missing_probability
    )
    clock.stop("cluster")
    seconds, cpu = clock.total()
    counts = np.bincount(truth)
    pairs, hit = int((counts * (counts - 1) // 2).sum()), int((truth[blocked.pairs.left] == truth[blocked.pairs.right]).sum())
    found = figures("matching", [str(product) for product in truth], labels)
    return {
        "method": scorer.version, "offers": size, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
        "stages_wall_cpu": clock.stages, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "blocking_recall": round(hit / pairs, 4), "candidate_ratio": len(blocked.pairs) / (size * (size - 1) / 2),
        "candidates_per_offer": round(2 * len(blocked.pairs) / size, 1), "pair_precision": round(found.pairs.precision, 4),
        "pair_recall": round(found.pairs.recall, 4), "pair_f1": round(found.pairs.f1, 4), "bcubed_f1": round(found.b_cubed.f1, 4),
        "clusters": found.clusters, "largest": found.largest,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    data = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data") / "matching"
    if missing := absent(data):
        print(json.dumps({"benchmark": "matching_scale", "skipped": missing}))
        return
    if args.alone:
        print(json.dumps(measure(args.offers[0], data)))
        return
    first: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    for size in args.offers:
        command = [sys.executable, __file__, "--alone", "--offers", str(size)]
        line = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
        first = first or line
        if before:
            slower, larger = line["cpu_seconds"] / before["cpu_seconds"], size / before["offers"]
            line["growth"] = round(float(np.log(slower) / np.log(larger)), 2)
        line["squared_seconds"] = round(first["cpu_seconds"] * (size / first["offers"]) ** 2)
        print(json.dumps(line), flush=True)
        before = line


if __name__ == "__main__":
    main()
