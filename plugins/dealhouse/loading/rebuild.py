"""After a loss of raw data: every batch of the ledger again, from landing, with the loaded_at that the ledger remembers."""

import random

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import ConfigurationError
from dealhouse.landing.batch import open_batch
from dealhouse.loading.ids import customer_key
from dealhouse.loading.import_offers import Progress
from dealhouse.loading.kinds import KINDS
from dealhouse.loading.load import LoadResult, load_batch

COMPANIONS = ("rejects", "reject_decisions", "crawl_coverage", "crawl_documents")


def rebuild(*, seed: int | None = None, progress: Progress = lambda _: None) -> list[LoadResult]:
    """Empty raw's record tables and reload every batch, in the first order or shuffled by `seed`: the result is equal.

    The ledger, the registry, the cursors and the customers' identities stay. Raises CorruptBatchError when landing was damaged,
    ConfigurationError (and touches nothing) when DEALHOUSE_HMAC_SECRET is not the one that the customers were keyed with.
    """
    tables = sorted({f"raw.{kind.table}" for kind in KINDS.values()} | {f"raw.{name}" for name in COMPANIONS})
    with transaction("loader") as connection:
        _refuse_another_secret(connection)
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


def _refuse_another_secret(connection: Connection) -> None:
    """Loaded again under another secret, every customer would be somebody new."""
    query = "select shop_id, native_customer_id, customer_key from raw.customer_identities limit 1"
    known = connection.execute(text(query)).first()
    if known is not None and customer_key(known.shop_id, known.native_customer_id) != known.customer_key:
        raise ConfigurationError("DEALHOUSE_HMAC_SECRET is not the one that raw.customer_identities was made with")
