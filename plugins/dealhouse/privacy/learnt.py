"""What landing alone knows of a person: addresses in clear; devices and orders that raw refused, or holds without them."""

from collections.abc import Iterator
from typing import Any

from dealhouse.landing.store import Store
from dealhouse.loading.ids import email_hash
from dealhouse.privacy.landed import personal_batches
from dealhouse.privacy.person import Person
from dealhouse.privacy.scrub import ORDER, RENAMED, hashes_of_address, key_in, record_of

EMAIL = "email"
Known = dict[str, set[str]]


def learn(store: Store, person: Person) -> Person:
    """The person, knowing that, too; what others were seen with stays theirs. Raises CorruptBatchError for a damaged batch."""
    more = _more(store, person)
    person = person.joined(more)
    if any(more.devices.values()):  # now visits of those devices before they logged in
        person = person.joined(_more(store, person))
    return person


def _more(store: Store, person: Person) -> Person:
    known = _theirs(store, person)
    orders = frozenset(known.pop(ORDER))
    for column in RENAMED:
        known[column] -= person.devices.get(column, frozenset())
    known[EMAIL] -= person.emails
    if any(known.values()):
        _leave_to_others(store, person, known)
    devices = {column: frozenset(known[column]) for column in RENAMED}
    emails = frozenset(known[EMAIL])
    hashes = frozenset(map(email_hash, emails))
    return Person(frozenset(), emails=emails, email_hashes=hashes, devices=devices, orders=orders)


def _theirs(store: Store, person: Person) -> Known:
    known: Known = {column: set() for column in (EMAIL, ORDER, *RENAMED)}
    for record in _records(store):
        key = key_in(record)
        if person.is_key(key) or (key is None and any(person.owns(column, record.get(column)) for column in RENAMED)):
            for column, values in known.items():
                if record.get(column) and isinstance(record[column], str | int):
                    values.add(str(record[column]))
    return known


def _leave_to_others(store: Store, person: Person, known: Known) -> None:
    """Forget what a record of somebody else names."""
    hashes = {email_hash(email) for email in known[EMAIL]}
    shared = set[str]()
    for record in _records(store):
        if key_in(record) is None or person.is_key(key_in(record)):
            continue
        for column in RENAMED:
            if isinstance(record.get(column), str):
                known[column].discard(record[column])
        shared |= hashes_of_address(record) & hashes
    known[EMAIL] = {email for email in known[EMAIL] if email_hash(email) not in shared}


def _records(store: Store) -> Iterator[dict[str, Any]]:
    for batch, _ in personal_batches(store):
        for row in batch.rows("records"):
            record = record_of(row.line)
            if record is not None:
                yield record
