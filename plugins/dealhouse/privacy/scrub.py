"""What becomes of a landed line that names an erased person: nothing of a customer's, of all else what is no person's.

An order, an event, a review stays, so that every figure stays: under the name of nobody, without the words that they typed and
without any field that the warehouse does not know; visits and devices get names that lead nowhere.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from dealhouse.landing.manifest import PartKind
from dealhouse.loading import ids
from dealhouse.loading.kinds import Kind
from dealhouse.privacy.person import KEY, Person
from dealhouse.settings import settings

WHOSE = ("native_customer_id", "email", "email_hash")
TYPED = ("query", "title", "filters", "value")  # words that a shopper typed, in records that name shoppers
RENAMED = ("anonymous_id", "session_id")
SELF = "shop_customers"  # its records are the person


class Scrub:
    """A `rewrite.Change` for batches of one kind. Remembers what it learnt of the person: addresses in clear, orders."""

    def __init__(self, kind: Kind, person: Person) -> None:
        self.kind = kind
        self.person = person
        self.emails: set[str] = set()
        columns = {column.name for column in kind.columns}
        self._known = columns - set(WHOSE) - (set(TYPED) if kind.personal else set())
        self._words = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in self._needles()) or r"(?!)")

    def _needles(self) -> list[str]:
        person = self.person
        return sorted({*person.keys, *person.natives, *person.emails, *person.email_hashes})

    def __call__(self, part: PartKind, line: bytes) -> bytes | None:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            record = None
        if part != "records" or not isinstance(record, dict):  # no line of which it could be said what is whose in it
            return None if self._words.search(line.decode("utf-8", "replace")) else line
        if not self._is_theirs(record):
            return line
        if email := record.get("email"):
            self.emails.add(str(email))
        return None if self.kind.name == SELF else orjson.dumps(self._left(record))

    def _is_theirs(self, record: Mapping[str, Any]) -> bool:
        key = _key(record)
        if key is not None:
            return self.person.is_key(key)
        return any(self.person.owns(column, record.get(column)) for column in RENAMED)

    def _left(self, record: Mapping[str, Any]) -> dict[str, Any]:
        left = {name: value for name, value in record.items() if name in self._known}
        if (key := _key(record)) is not None:
            left[KEY] = self.person.unlinked(key)
        for column in RENAMED:
            if self.person.owns(column, left.get(column)):
                left[column] = self.person.unlinked(left[column])
        return left


def may_name(kind: Kind) -> bool:
    """Whether records of a kind may tell whose they are."""
    return kind.family == "shop" and (kind.personal or bool({KEY, *RENAMED} & {column.name for column in kind.columns}))


def key_of_line(line: bytes) -> str | None:
    """Whose a landed line is; None where it names no customer, or is no record."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return _key(record) if isinstance(record, dict) else None


def _key(record: Mapping[str, Any]) -> str | None:
    """The customer_key that loading makes of a record."""
    native, key = record.get("native_customer_id"), record.get(KEY)
    if native not in (None, ""):
        return ids.customer_key(settings().shop_id, str(native))
    return key if isinstance(key, str) else None
