"""Erase a person, prove it, and do it again for who was brought back.

Every step may be repeated: who dies half-way leaves an entry without an end and a note of what is known, which the next replay
works off.
"""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from dealhouse import dbt_runs
from dealhouse.as_of import parse_as_of
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.ids import erased_hash
from dealhouse.privacy import landed, register, tables, unfinished
from dealhouse.privacy.learnt import learn
from dealhouse.privacy.person import Person, find
from dealhouse.privacy.search import search

log = logging.getLogger(__name__)

HOUR = 3600.0  # no write takes so long
LAYERS = ("learnt_from", "releasable")  # whatever dbt builds of people lies in these


@dataclass(frozen=True)
class Erased:
    """What one erasure did: people, landed batches rewritten, rows that are tombstones, exports taken away, batches loaded again,
    rows by table, and where was looked afterwards."""

    people: int
    batches: int
    tombstones: int
    exports: int
    reloaded: int
    rows: dict[str, int]
    searched: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def erase(keys: frozenset[str], *, build: bool = True) -> Erased:
    """Take these customers out of landing, raw, every table and every published version; figures stay. Whoever an erasure
    before left half-way goes with them.

    build: build again what dbt made of them, at the newest as_of; else the next build does. Raises LeftBehindError when something
    of them is found afterwards, DatabaseBusyError while another erasure is under way, and what dbt and loading raise.
    """
    with unfinished.alone():
        return _erase(keys, build=build)


def _erase(keys: frozenset[str], *, build: bool) -> Erased:
    store = open_store()
    before = unfinished.recall(store)
    keys |= before.person.keys
    hashes = frozenset(erased_hash(key) for key in keys)
    unfinished.note(store, before.person.joined(Person(keys)), before.batches)
    register.begin(store, hashes)
    person = learn(store, find(keys).joined(before.person))
    unfinished.note(store, person, before.batches)
    store.sweep(HOUR)
    cleaned = landed.clean(store, person)
    batches = before.batches | landed.rewritten(store)
    unfinished.note(store, person, batches)
    reloaded, exports = landed.reload_rewritten(store), landed.drop_exports(store)
    rows = tables.forget(person, sorted(batches))
    if build and (batches or rows):
        _build()
    tables.forget_identity(person)
    searched = prove(person, store)
    register.finish(hashes, rows, searched)
    unfinished.forget(store)
    return Erased(len(keys), cleaned.batches, cleaned.erased, exports, reloaded, rows, searched)


def prove(person: Person, store: Store | None = None) -> dict[str, Any]:
    """Look everywhere for the person; where was looked. Raises LeftBehindError."""
    searched = search(store or open_store(), person).as_dict()
    log.info("nothing is left: looked at %(rows)d rows of %(tables)d tables and at %(files)d files (%(bytes)d bytes)", searched)
    return searched


def replay(*, build: bool = True) -> Erased | None:
    """Erase again who was erased before and is found nevertheless: after a restore, or because the shop sent them again.

    None when nobody is. A database that was restored learns first whom the store remembers.
    """
    store = open_store()
    hashes = register.everybody(store)
    keys = unfinished.recall(store).person.keys
    if hashes:
        keys |= tables.keys_with_hash(hashes) | landed.keys_with_hash(store, hashes)
    done = erase(keys, build=build) if keys else None
    register.close(done.searched if done else {})  # of whoever is not found any more, nothing is left to do
    return done


def _build() -> None:
    as_of = tables.last_built()
    for layer in LAYERS if as_of else ():
        dbt_runs.build(layer, parse_as_of(str(as_of)))
