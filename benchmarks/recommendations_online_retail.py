"""nDCG@10 on the real Online Retail: the last fortnight held out, weights from the fortnight before; repeats count.

Prints JSON lines: popularity (naive), personal frequency, ours. Data: $DEALHOUSE_DATA/online_retail (default ../shared/data).
"""

import json
import os
import sys
import time
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from ml.core.rng import generator
from ml.recommendations import evaluate
from ml.recommendations.config import PERSONAL_FREQUENCY, POPULARITY, Config
from ml.recommendations.features import Dataset, encode
from ml.recommendations.similarity import fit

DATA = Path(os.environ.get("DEALHOUSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def read(path: Path, config: Config) -> Dataset:
    """Purchases with a customer and a positive quantity; the data know no categories, so caps do not bind."""
    lines = pd.read_parquet(path)
    lines = lines[lines["CustomerID"].notna() & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
    as_of = (lines["InvoiceDate"].max() + timedelta(seconds=1)).to_pydatetime().replace(tzinfo=UTC)
    interactions = pd.DataFrame({
        "customer_key": lines["CustomerID"].astype(str), "product_id": lines["StockCode"].astype(str),
        "at": lines["InvoiceDate"].astype("datetime64[s]").astype("int64") / 86400, "kind": "purchase",
        "country": lines["Country"],
    })
    codes = np.sort(interactions["product_id"].unique())
    products = pd.DataFrame(dict.fromkeys(("product_id", "item_group_id", "title", "category"), codes)).assign(is_available=True)
    never = pd.Series([], dtype="datetime64[us, UTC]")
    customers = pd.DataFrame({"customer_key": pd.Series([], dtype="str"), "country": pd.Series([], dtype="str")})
    return encode(products, customers.assign(registered_at=never, last_order_at=never), interactions, as_of, config)


def main() -> int:
    path = DATA / "online_retail" / "online_retail.parquet"
    if not path.is_file():
        print(json.dumps({"benchmark": "recommendations_online_retail", "skipped": f"no {path.name} in DEALHOUSE_DATA"}))
        return 0
    config = Config(evaluated_customers=100_000)
    started, dataset = time.perf_counter(), read(path, config)
    items, rng = len(dataset.items), partial(generator, "benchmark", pd.Timestamp(dataset.now * 86400, unit="s", tz="UTC"))
    test_day = dataset.now - config.holdout_days
    earlier, similarity = (fit(dataset.history.before(day), items, config) for day in (test_day - config.holdout_days, test_day))
    fewer, validation_day = config.model_copy(update={"evaluated_customers": 500}), test_day - config.holdout_days
    validation = evaluate.trial(dataset, earlier, validation_day, fewer, rng=rng("validation"), end=test_day)
    weights = evaluate.choose_weights([validation], config)
    test = evaluate.trial(dataset, similarity, test_day, config, rng=rng("test"))
    for name, chosen in {"popularity": POPULARITY, "personal_frequency": PERSONAL_FREQUENCY, "ours": weights}.items():
        print(json.dumps({
            "benchmark": "recommendations_online_retail", "method": name, "metric": "ndcg_at_10",
            "customers": len(test.customers), "value": round(evaluate.ndcg(test, chosen, config, dataset), 4),
            "weights": chosen.model_dump(),
        }))
    print(json.dumps({"benchmark": "recommendations_online_retail", "seconds": round(time.perf_counter() - started, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
