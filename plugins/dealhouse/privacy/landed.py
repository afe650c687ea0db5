"""Landing and raw: the batches that hold a person are rewritten, and raw is loaded from them again."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.landing.batch import Batch, landed
from dealhouse.landing.rewrite import rewrite
from dealhouse.landing.store import Store
from dealhouse.loading.ids import erased_hash
from dealhouse.loading.kinds import KINDS, Kind
from dealhouse.loading.load import load_batch
from dealhouse.privacy.person import DEVICES, KEY, Person
from dealhouse.privacy.scrub import Scrub, key_in, may_name, record_of

REVISIONS = text("select batch_id, revision from raw.load_ledger")
HELD = text("select distinct batch_id from raw.rejects where reason = 'erased_customer'")


@dataclass(frozen=True)
class Cleaned:
    """What was done to landing: batches changed, rows that are tombstones now."""

    batches: int
    erased: int


def personal_batches(store: Store) -> Iterator[tuple[Batch, Kind]]:
    """Every landed batch whose records may name shoppers, loaded or not."""
    for batch in landed(store):
        kind = KINDS.get(batch.manifest.kind)
        if kind is not None and may_name(kind):
            yield batch, kind


def clean(store: Store, person: Person) -> Cleaned:
    """Rewrite every landed batch that holds the person. Raises CorruptBatchError for a damaged one."""
    batches = erased = 0
    loaded = _revisions()
    for batch, kind in personal_batches(store):
        after = rewrite(batch, Scrub(kind, person), loaded.get(batch.manifest.batch_id, 0))
        batches += after.manifest.revision > batch.manifest.revision
        erased += after.manifest.erased - batch.manifest.erased
    return Cleaned(batches, erased)


def drop_exports(store: Store) -> int:
    """Take away exported marts that name shoppers, and those that are not whole: whoever needs one exports it again."""
    folders: dict[str, list[str]] = {}
    for key in store.list("exports/"):
        folders.setdefault("/".join(key.split("/")[:3]), []).append(key)
    doomed = [keys for folder, keys in folders.items() if _names_people(store, f"{folder}/schema.json", keys)]
    for key in (key for keys in doomed for key in keys):
        store.delete(key)
    return len(doomed)


def _names_people(store: Store, schema: str, keys: list[str]) -> bool:
    columns = {column["name"] for column in orjson.loads(store.get(schema))["columns"]} if schema in keys else {KEY}
    return bool(columns & {KEY, *DEVICES})


def rewritten(store: Store) -> frozenset[str]:
    """The batches that landing holds in a later revision than raw."""
    return frozenset(batch.manifest.batch_id for batch in _newer_than_raw(store))


def reload_rewritten(store: Store) -> int:
    """Load them again, each with the ledger's own loaded_at; how many."""
    done = 0
    for batch in _newer_than_raw(store):
        load_batch(batch, batch.manifest.as_of, reload=True)
        done += 1
    return done


def _newer_than_raw(store: Store) -> Iterator[Batch]:
    loaded = _revisions()
    for batch, _ in personal_batches(store):
        if batch.manifest.revision > loaded.get(batch.manifest.batch_id, batch.manifest.revision):
            yield batch


def keys_with_hash(store: Store, hashes: frozenset[str]) -> frozenset[str]:
    """Customers of these hashes in batches of which raw cannot tell: held back, not loaded, or older than raw knows them."""
    loaded = _revisions()
    with transaction("loader") as connection:
        held: set[str] = set(connection.execute(HELD).scalars())
    found = set[str]()
    for batch, _ in personal_batches(store):
        manifest = batch.manifest
        if manifest.batch_id in held or manifest.revision < loaded.get(manifest.batch_id, manifest.revision + 1):
            named = {key_in(record) for row in batch.rows("records") if (record := record_of(row.line)) is not None}
            found |= {key for key in named if key is not None and erased_hash(key) in hashes}
    return frozenset(found)


def _revisions() -> dict[str, int]:
    with transaction("loader") as connection:
        return {row.batch_id: row.revision for row in connection.execute(REVISIONS)}
