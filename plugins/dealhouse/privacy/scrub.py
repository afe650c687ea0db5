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
from dealhouse.privacy.needles import addresses, exact
from dealhouse.privacy.person import KEY, Person
from dealhouse.settings import settings

WHOSE = ("native_customer_id", "email", "email_hash")
TYPED = ("query", "title", "filters", "value")  # words that a shopper typed, in records that name shoppers
RENAMED = ("anonymous_id", "session_id")
ORDER = "order_id"
SELF = "shop_customers"  # its records are the person


class Scrub:
    """A `rewrite.Change` for batches of one kind."""

    def __init__(self, kind: Kind, person: Person) -> None:
        self.kind = kind
        self.person = person
        columns = {column.name for column in kind.columns}
        self._known = columns - set(WHOSE) - (set(TYPED) if kind.personal else set())
        self._needles = [needle.lower().encode() for needle in (*exact(person), *person.emails)]
        self._theirs = _one_of([*map(re.escape, exact(person)), *addresses(person)])
        self._words = _one_of([self._theirs.pattern, *(rf"(?<!\w){re.escape(native)}(?!\w)" for native in person.natives)])

    def __call__(self, part: PartKind, line: bytes) -> bytes | None:
        record = record_of(line)
        if part == "decisions" and record is not None:
            reason = self._words.sub("erased", str(record.get("reason", "")))
            return line if reason == record.get("reason") else orjson.dumps({**record, "reason": reason})
        if part != "records" or record is None:  # no line of which it could be said what is whose in it
            return None if self._words.search(line.decode("utf-8", "replace")) else line
        if self._is_theirs(record):
            left = self._left(record)
            return None if self.kind.name == SELF else line if left == record else orjson.dumps(left)
        lowered = line.lower()
        return self._without(record, line) if any(needle in lowered for needle in self._needles) else line

    def _is_theirs(self, record: Mapping[str, Any]) -> bool:
        key = key_in(record)
        if key is not None:
            return self.person.is_key(key)
        if any(self.person.owns(column, record.get(column)) for column in RENAMED):
            return True
        return str(record.get(ORDER)) in self.person.orders or bool(hashes_of_address(record) & self.person.email_hashes)

    def _without(self, record: Mapping[str, Any], line: bytes) -> bytes:
        """Somebody else's record without the fields that name them."""
        left = {name: value for name, value in record.items() if not self._theirs.search(orjson.dumps(value).decode())}
        return orjson.dumps(left) if len(left) < len(record) else line

    def _left(self, record: Mapping[str, Any]) -> dict[str, Any]:
        left = {name: value for name, value in record.items() if name in self._known}
        if (key := key_in(record)) is not None:
            left[KEY] = self.person.unlinked(key)
        for column in RENAMED:
            if self.person.owns(column, left.get(column)):
                left[column] = self.person.unlinked(left[column])
        return left


def may_name(kind: Kind) -> bool:
    """Whether records of a kind may tell whose they are."""
    return kind.family == "shop" and (kind.personal or bool({KEY, ORDER, *RENAMED} & {column.name for column in kind.columns}))


def record_of(line: bytes) -> dict[str, Any] | None:
    """What a landed line says; None where it is no record."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def key_in(record: Mapping[str, Any]) -> str | None:
    """The customer_key that loading makes of a record; None where it names no customer."""
    native, key = record.get("native_customer_id"), record.get(KEY)
    if native not in (None, ""):
        return ids.customer_key(settings().shop_id, str(native))
    return key if isinstance(key, str) else None


def hashes_of_address(record: Mapping[str, Any]) -> frozenset[str]:
    """The address of a record, as a hash: given in clear, as a hash, or not at all."""
    email, known = record.get("email"), record.get("email_hash")
    found = {ids.email_hash(email)} if isinstance(email, str) else set[str]()
    return frozenset(found | ({known} if isinstance(known, str) else set()))


def _one_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
