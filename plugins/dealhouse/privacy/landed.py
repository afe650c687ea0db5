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
from dealhouse.privacy.scrub import Scrub, key_of_line, may_name

REVISIONS = text("select batch_id, revision from raw.load_ledger")
HELD = text("select distinct batch_id from raw.rejects where reason = 'erased_customer'")


@dataclass(frozen=True)
class Cleaned:
    """What was done to landing: batches changed, rows that are tombstones now, addresses in clear that lay there."""

    batches: int
    erased: int
    emails: frozenset[str]


def personal_batches(store: Store) -> Iterator[tuple[Batch, Kind]]:
    """Every landed batch whose records may name shoppers, loaded or not."""
    for batch in landed(store):
        kind = KINDS.get(batch.manifest.kind)
        if kind is not None and may_name(kind):
            yield batch, kind


def clean(store: Store, person: Person) -> Cleaned:
    """Rewrite every landed batch that holds the person. Raises CorruptBatchError for a damaged one."""
    batches = erased = 0
    emails = set[str]()
    for batch, kind in personal_batches(store):
        scrub = Scrub(kind, person)
        after = rewrite(batch, scrub)
        emails |= scrub.emails
        batches += after.manifest.revision > batch.manifest.revision
        erased += after.manifest.erased - batch.manifest.erased
    return Cleaned(batches, erased, frozenset(emails))


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


def reload_rewritten(store: Store) -> list[str]:
    """Load again what landing holds in a later revision than raw, each with the ledger's own loaded_at; the batch_ids."""
    with transaction("loader") as connection:
        loaded = {row.batch_id: row.revision for row in connection.execute(REVISIONS)}
    done = []
    for batch, _ in personal_batches(store):
        manifest = batch.manifest
        if manifest.revision > loaded.get(manifest.batch_id, manifest.revision):
            load_batch(batch, manifest.as_of, reload=True)
            done.append(manifest.batch_id)
    return done


def keys_with_hash(store: Store, hashes: frozenset[str]) -> frozenset[str]:
    """Customers of these hashes in batches of which raw cannot tell: held back, not loaded, or older than raw knows them."""
    with transaction("loader") as connection:
        loaded = {row.batch_id: row.revision for row in connection.execute(REVISIONS)}
        held: set[str] = set(connection.execute(HELD).scalars())
    found = set[str]()
    for batch, _ in personal_batches(store):
        manifest = batch.manifest
        if manifest.batch_id in held or manifest.revision < loaded.get(manifest.batch_id, manifest.revision + 1):
            found |= {key for row in batch.rows("records") if (key := key_of_line(row.line)) and erased_hash(key) in hashes}
    return frozenset(found)
