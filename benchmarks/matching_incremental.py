"""What changed offers cost against an index of many: seconds of every stage, beside matching everything again.

    python benchmarks/matching_incremental.py [--offers 100000] [--changed 10000]

The offers of matching_scale.py are matched from nothing by a scorer learnt from their identifiers, as the job does it, and the
index stored. Then, in a process of its own,
as many as `changed` come with other words, other products or new ids: the index is loaded, they are taken in, decided and the
index stored. Prints two JSON lines, `whole` (the baseline) and `incremental`: wall and CPU seconds by stage, `seconds`,
`cpu_seconds`, `peak_mb`; the second also `decided` (offers looked at) and, with --compare, `adjusted_rand` against
matching the changed offers from nothing. The database's part is not in it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]
from benchmarks.matching_scale import Clock, absent, made  # noqa: E402

if TYPE_CHECKING:
    from ml.matching.model import Blocked, Learnt
    from ml.matching.offers import Offers

AS_OF = datetime(2026, 5, 5, tzinfo=UTC)
MADE_BY = "benchmark"


def changed(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """The offers with `count` of them other: a third with other words, a third of other products, a third with a new id."""
    rng, out = np.random.default_rng(5), frame.copy()
    rows = rng.choice(len(frame), count, replace=False)
    words, moved, new = np.array_split(rows, 3)
    out.loc[words, "title"] += " sale"
    said = ["title", "gtin", "brand", "truth"]
    out.loc[moved, said] = frame.loc[rng.permutation(moved), said].to_numpy()
    out.loc[new, "offer_id"] = [f"{len(frame) + place:032x}" for place in range(len(new))]
    out.loc[rows, "features_hash"] = [f"changed {row}" for row in rows]
    return out


def whole(frame: pd.DataFrame, folder: Path, *, kept: bool) -> dict[str, Any]:
    """Match from nothing and store the index; `kept`: for the increment, with the labels."""
    from ml.matching.blocking import explore
    from ml.matching.config import MatchingConfig
    from ml.matching.decision import Task, decide
    from ml.matching.ground import Whole, from_whole
    from ml.matching.index import Trace
    from ml.matching.model import block
    from ml.matching.offers import prepare
    from ml.matching.store import Known

    config, clock = MatchingConfig(), Clock()
    offers = prepare(frame)
    clock.stop("read")
    pairs, reach = explore(offers, config)
    ground = from_whole(Whole(offers, block(offers, config, pairs=pairs), reach), Trace())
    clock.stop("block")
    scorer = _scorer(folder, offers, ground.blocked)
    clock.stop("learn")
    nothing = Known(
        pd.DataFrame({"offer_id": [], "product_id": [], "band": []}, dtype=str),
        pd.DataFrame({"product_id": [], "item_group_id": [], "as_of": []}, dtype=str),
    )
    decision = decide(Task(offers, ground.blocked, scorer, nothing, AS_OF, config))
    clock.stop("decide")
    note = ground.leave(decision.probability, MADE_BY, AS_OF)
    clock.stop("store")
    if kept:
        decision.assigned.to_parquet(folder / "assigned.parquet")
        (folder / "note.json").write_text(json.dumps(note))
    labels = frame["offer_id"].map(decision.alignment.product_of)
    return {**_line("whole", len(frame), clock), "labels": pd.factorize(labels)[0].tolist()}


def _scorer(folder: Path, offers: "Offers", blocked: "Blocked") -> "Learnt":
    """What the first matching learnt; the later ones are no training."""
    from ml.matching.config import MatchingConfig
    from ml.matching.evaluate import labelled_pairs
    from ml.matching.model import fit

    if (folder / "scorer.txt").exists():
        return stored_scorer(folder)
    labelled = labelled_pairs(offers, blocked, MatchingConfig(), np.random.default_rng(1))
    if labelled is None:
        raise SystemExit("too few offers to learn from")
    learnt = fit(labelled, MatchingConfig(), MADE_BY, 1)
    (folder / "scorer.txt").write_text(learnt.store())
    return learnt


def stored_scorer(folder: Path) -> "Learnt":
    from ml.matching.model import restore

    return restore(MADE_BY, (folder / "scorer.txt").read_text())


def incremental(frame: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Take in what changed since `whole`."""
    from ml.matching.config import MatchingConfig
    from ml.matching.decision import Task, decide
    from ml.matching.ground import Arrivals, from_index
    from ml.matching.index import restore, trace
    from ml.matching.job import touched_since
    from ml.matching.store import Known

    config, clock = MatchingConfig(), Clock()
    scorer = stored_scorer(folder)
    rows = pd.read_parquet(folder / "assigned.parquet")
    products = pd.DataFrame({"product_id": rows["product_id"].unique()}).assign(item_group_id="", as_of=str(AS_OF))

    def read(ids: Sequence[str] | None) -> pd.DataFrame:
        return frame if ids is None else frame[frame["offer_id"].isin(set(ids))]

    clock.stop("other")
    index = restore(trace(json.loads((folder / "note.json").read_text())["uri"]), MADE_BY)
    if index is None:
        raise SystemExit("the index that was left is not believed")
    clock.stop("load")
    known = Known(rows, products)
    hashes = frame[["offer_id", "features_hash"]]
    ground = from_index(index, Arrivals(hashes, touched_since(hashes, known), known, read=read), scorer, config)
    if ground is None:
        raise SystemExit("the index cannot take these offers in")
    clock.stop("take_in")
    decision = decide(Task(ground.offers, ground.blocked, scorer, known, AS_OF, config, stands=ground.stands))
    clock.stop("decide")
    ground.leave(decision.probability, MADE_BY, AS_OF)
    clock.stop("store")
    product_of = dict(zip(rows["offer_id"], rows["product_id"], strict=True)) | dict(decision.alignment.product_of)
    labels = pd.factorize(frame["offer_id"].map(product_of))[0].tolist()
    return {**_line("incremental", len(frame), clock), "decided": len(ground.offers), "labels": labels}


def _line(method: str, offers: int, clock: Clock) -> dict[str, Any]:
    seconds, cpu = clock.total()
    return {
        "method": method, "offers": offers, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
        "stages_wall_cpu": clock.stages, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _alone(folder: Path, args: argparse.Namespace, step: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--offers", str(args.offers), "--changed", str(args.changed), "--step", step]
    environment = {**os.environ, "DEALHOUSE_STORE": str(folder / "store"), "BENCHMARK_FOLDER": str(folder)}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--changed", type=int, default=10_000)
    parser.add_argument("--compare", action="store_true", help="match the changed offers from nothing as well")
    parser.add_argument("--step", choices=("whole", "incremental", "again"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    data = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data") / "matching"
    if missing := absent(data):
        print(json.dumps({"benchmark": "matching_incremental", "skipped": missing}))
        return
    if args.step:
        frame, folder = made(args.offers, data), Path(os.environ["BENCHMARK_FOLDER"])
        later = frame if args.step == "whole" else changed(frame, args.changed)
        print(json.dumps(incremental(later, folder) if args.step == "incremental" else
                         whole(later, folder, kept=args.step == "whole")))
        return
    with tempfile.TemporaryDirectory() as name:
        first, second = (_alone(Path(name), args, step) for step in ("whole", "incremental"))
        labels = second.pop("labels")
        first.pop("labels")
        if args.compare:
            from sklearn.metrics import adjusted_rand_score

            second["adjusted_rand"] = round(float(adjusted_rand_score(_alone(Path(name), args, "again")["labels"], labels)), 5)
        for line in (first, {**second, "changed": args.changed}):
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
