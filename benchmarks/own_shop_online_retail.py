"""What `make shop` makes of the real Online Retail export (541,909 lines), through real Airflow: lines, seconds, models, release.

    python benchmarks/own_shop_online_retail.py

Prints JSON lines: the command, the rejects by reason, each model beside its naive baseline, the published rows of each dataset.
Skips where the data (DEALHOUSE_DATA) are absent.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from tests.platforms import Platform, own_platform  # noqa: E402

DATA = Path(os.environ.get("DEALHOUSE_DATA", PROJECT.parent / "shared" / "data"))
EXPORT = DATA / "online_retail" / "online_retail.parquet"
LINES = "select rows_received, rows_loaded, rows_rejected from raw.load_ledger where kind = 'shop_order_lines'"
REJECTS = "select reason, count(*) from raw.rejects group by 1 order by 2 desc"
MODELS = """
select distinct on (1) detail ->> 'capability', detail ->> 'model_version', detail -> 'metric', detail ->> 'promoted'
from ops.run_ledger where detail ? 'metric' and status = 'done' order by 1, finished_at desc
"""
PUBLISHED = "select dataset, rows from publish.current order by 1"


def figures(shop: Platform, seconds: float) -> Iterator[dict[str, Any]]:
    ((received, loaded, rejected),) = shop.ask(LINES)
    yield {"figure": "shop", "seconds": round(seconds, 1), "received": received, "loaded": loaded, "rejected": rejected}
    yield {"figure": "rejects", **dict(shop.ask(REJECTS))}
    for capability, version, metric, promoted in shop.ask(MODELS):
        yield {"figure": "model", "capability": capability, "version": version, "promoted": promoted == "true", **metric}
    yield {"figure": "published", **dict(shop.ask(PUBLISHED))}


def main() -> None:
    if not EXPORT.is_file():
        print(json.dumps({"figure": "shop", "skipped": f"no {EXPORT.name} (DEALHOUSE_DATA)"}))
        return
    with own_platform("none") as shop:
        started = time.perf_counter()
        shop.stack("import-orders", str(EXPORT), "--mapping", "online_retail")
        for line in figures(shop, time.perf_counter() - started):
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
