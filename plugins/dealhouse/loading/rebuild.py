"""After a loss of raw data: every batch of the ledger again, from landing, with the loaded_at that the ledger remembers."""

import random

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.landing.batch import open_batch
from dealhouse.loading.import_offers import Progress
from dealhouse.loading.kinds import KINDS
from dealhouse.loading.load import LoadResult, load_batch

COMPANIONS = ("rejects", "crawl_coverage", "crawl_documents")


def rebuild(*, seed: int | None = None, progress: Progress = lambda _: None) -> list[LoadResult]:
    """Empty raw's record tables and reload every batch, in the first order or shuffled by `seed`: the result is equal.

    The ledger, the registry, the cursors and the customers' identities stay. Raises CorruptBatchError when landing was damaged.
    """
    tables = sorted({f"raw.{kind.table}" for kind in KINDS.values()} | {f"raw.{name}" for name in COMPANIONS})
    with transaction("loader") as connection:
        connection.execute(text(f"truncate {', '.join(tables)}"))
        query = "select uri, loaded_at from raw.load_ledger order by loaded_at, batch_id"
        entries = [(row.uri, row.loaded_at) for row in connection.execute(text(query))]
    if seed is not None:
        random.Random(seed).shuffle(entries)  # noqa: S311 (an order, not a secret)
    results = []
    for uri, loaded_at in entries:
        results.append(load_batch(open_batch(uri), loaded_at, reload=True))
        progress(results[-1])
    return results
