"""WAPE on the real French bakery: the 60 busiest items, 28 days, three origins, each forecast by what was chosen before it.

Prints JSON lines: seasonal naive beside ours, per origin and on average. Data: $DEALHOUSE_DATA/french_bakery.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from ml.demand import evaluate
from ml.demand.config import Config
from ml.demand.features import Panel, panel
from ml.demand.model import Model, options

DATA = Path(os.environ.get("DEALHOUSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
NAME = "demand_french_bakery"


def read(path: Path, config: Config) -> Panel:
    """The 60 items that sold most, as one category; every day of the file is a day of the panel."""
    daily = pd.read_parquet(path).rename(columns={"unique_id": "sku", "ds": "day", "y": "units"})
    busiest = daily.groupby("sku")["units"].sum().nlargest(60).index
    daily = daily[daily["sku"].isin(busiest)].assign(category="bakery", is_stock_out=False).sort_values(["sku", "day"])
    start = (daily["day"].max() + timedelta(days=1)).date()
    recent = daily[daily["day"] >= pd.Timestamp(start) - timedelta(days=config.window)]
    return panel(recent, daily.groupby(["category", "day"], as_index=False)[["units"]].sum(), start, config)


def main() -> int:
    path = DATA / "french_bakery" / "daily.parquet"
    if not path.is_file():
        print(json.dumps({"benchmark": NAME, "skipped": f"no {path.name} in DEALHOUSE_DATA"}))
        return 0
    started, config = time.perf_counter(), Config(origins=5)
    made = read(path, config)
    found = [options(made, origin, config) for origin in evaluate.origins(made, config)]
    rows = []
    for place in range(2, len(found)):
        chosen = evaluate.choose(made, found[place - 2 : place], "benchmark", config)
        for method, model in {"seasonal_naive": Model(), "ours": chosen}.items():
            figures = evaluate.figures(made, found[place], model, config)
            first = made.start - timedelta(days=made.days - found[place].origin)
            rows.append({"method": method, "origin": str(first), **figures})
    for method in ("seasonal_naive", "ours"):
        mine = [row for row in rows if row["method"] == method]
        figures = {name: float(np.mean([row[name] for row in mine])) for name in mine[0] if name not in ("method", "origin")}
        rows.append({"method": method, "origin": "mean", **figures})
    for row in rows:
        print(json.dumps({"benchmark": NAME, **{k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}}))
    print(json.dumps({"benchmark": NAME, "seconds": round(time.perf_counter() - started, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
