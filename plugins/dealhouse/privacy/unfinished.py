"""What is known of people while they are being erased: noted before anything of it goes, forgotten when the proof holds.

Who dies half-way, or finds that something is left, goes on with all of it: a later search looks for no less than the first.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import text

from dealhouse.database import engine
from dealhouse.errors import DatabaseBusyError
from dealhouse.landing.store import Store
from dealhouse.privacy.person import Person

FOLDER = "erasing/"
NOTE = f"{FOLDER}people.json"
LOCK = text("select pg_try_advisory_lock(hashtextextended('dealhouse erasure', 3))")


@dataclass(frozen=True)
class Unfinished:
    """The people, and the batches that were rewritten for them: what was built of these reads them once more."""

    person: Person = field(default_factory=lambda: Person(frozenset()))
    batches: frozenset[str] = frozenset()


def recall(store: Store) -> Unfinished:
    """Whoever is not proven to be gone; nobody where every erasure came to its end."""
    try:
        noted = json.loads(store.get(NOTE))
    except FileNotFoundError:
        return Unfinished()
    return Unfinished(Person.from_dict(noted["person"]), frozenset(noted["batches"]))


def note(store: Store, person: Person, batches: frozenset[str]) -> None:
    store.put(NOTE, json.dumps({"person": person.as_dict(), "batches": sorted(batches)}).encode())


def forget(store: Store) -> None:
    store.delete(NOTE)


@contextmanager
def alone() -> Iterator[None]:
    """One erasure at a time: two would rewrite the same batch. Raises DatabaseBusyError while another is under way."""
    with engine("loader").connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(LOCK).scalar():
            raise DatabaseBusyError("another erasure is under way")
        try:
            yield
        finally:
            connection.invalidate()  # the lock goes with its session
