"""Whose data: the keys of the erased, and by what else landing and the tables know them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Self

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.loading import ids
from dealhouse.privacy.catalogue import Table, every_table
from dealhouse.settings import settings

KEY = "customer_key"
SETS = ("keys", "natives", "emails", "email_hashes", "orders")
DEVICES = ("anonymous_id", "session_id", "session_key")  # a browser, a visit as the client counts it, a visit as dbt does

SEEN = """
    select "{column}"::text as value, bool_or(customer_key <> all(:keys)) as is_shared
    from {table} where "{column}" in (select "{column}" from {table} where {theirs}) group by 1
"""
KNOWN_BY = text("select native_customer_id from raw.customer_identities where customer_key = any(:keys)")
ORDERS = text("select distinct order_id from raw.shop_orders where customer_key = any(:keys)")
ADDRESSES = text("""
    select email_hash from raw.shop_customers where email_hash is not null group by email_hash
    having bool_or(customer_key = any(:keys)) and not bool_or(customer_key <> all(:keys))
""")


@dataclass(frozen=True)
class Person:
    """One person, or all who are erased together.

    keys: customer keys; natives: the shop's own ids; emails, email_hashes: addresses that are nobody else's; devices: values of
    anonymous_id, session_id and session_key that nobody else was seen with, by column; orders: the numbers of their orders, whose
    lines, payments and deliveries may say more in landing than the warehouse knows.
    """

    keys: frozenset[str]
    natives: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    email_hashes: frozenset[str] = frozenset()
    devices: dict[str, frozenset[str]] = field(default_factory=dict)
    orders: frozenset[str] = frozenset()
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False, compare=False)

    def owns(self, column: str, value: Any) -> bool:  # noqa: ANN401 (a value of a landed line)
        """Whether a device or a visit is theirs alone."""
        return isinstance(value, str) and value in self.devices.get(column, ())

    def is_key(self, key: Any) -> bool:  # noqa: ANN401
        return isinstance(key, str) and key in self.keys

    def unlinked(self, value: str) -> str:
        """Another name, the same for the same value; the salt is kept nowhere, so nobody finds the way back, nor there again."""
        return blake2b(value.encode(), key=self.salt, digest_size=ids.KEY_LENGTH // 2).hexdigest()

    def joined(self, other: "Person") -> "Person":
        """Knowing what the other knows, too."""
        devices = {column: self.devices.get(column, frozenset()) | other.devices.get(column, frozenset()) for column in DEVICES}
        both: dict[str, Any] = {name: getattr(self, name) | getattr(other, name) for name in SETS}
        return replace(self, **both, devices=devices)

    def as_dict(self) -> dict[str, Any]:
        """All but the salt, as JSON can say it."""
        sets = {name: sorted(getattr(self, name)) for name in SETS}
        return {**sets, "devices": {column: sorted(values) for column, values in self.devices.items()}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        devices = {column: frozenset(known) for column, known in values["devices"].items()}
        sets: dict[str, Any] = {name: frozenset(values[name]) for name in SETS}
        return cls(**sets, devices=devices)


def key_of(*, native_id: str | None = None, key: str | None = None) -> str:
    """The customer_key of the shop's own id, as loading makes it, or a key as given. Raises BadInputError for what is no key."""
    found = key if native_id is None else ids.customer_key(settings().shop_id, native_id)
    if found is None or len(found) != ids.KEY_LENGTH or set(found) - set("0123456789abcdef"):
        raise BadInputError(f"a customer_key is {ids.KEY_LENGTH} hexadecimal digits", "person")
    return found


def keys_of_email(email: str) -> list[str]:
    """Every customer_key that gave this address."""
    query = text("select distinct customer_key from raw.shop_customers where email_hash = :email order by 1")
    with transaction("loader") as connection:
        return list(connection.execute(query, {"email": ids.email_hash(email)}).scalars())


def find(keys: frozenset[str]) -> Person:
    """By what else these keys are known, in raw and in what was built of it."""
    given = {"keys": sorted(keys)}
    with transaction("loader") as connection:
        natives: frozenset[str] = frozenset(connection.execute(KNOWN_BY, given).scalars())
        addresses: frozenset[str] = frozenset(connection.execute(ADDRESSES, given).scalars())
        orders: frozenset[str] = frozenset(connection.execute(ORDERS, given).scalars())
    person = Person(keys, natives, email_hashes=addresses, orders=orders)
    for _ in range(2):  # first what was seen with their key, then visits of their devices before they logged in
        person = replace(person, devices=_devices(person))
    return person


def theirs(table: Table, person: Person) -> tuple[str, dict[str, list[str]]]:
    """The condition for rows that name them, or that name nobody but their device or visit, and its parameters."""
    columns = [column for column in DEVICES if column in table.columns]
    nameless = " or ".join(f'"{column}"::text = any(:{column})' for column in columns)
    given = {column: sorted(person.devices.get(column, ())) for column in columns}
    if KEY not in table.columns:
        return nameless, given
    condition = f"{KEY} = any(:keys)" + (f" or ({KEY} is null and ({nameless}))" if columns else "")
    return condition, {**given, "keys": sorted(person.keys)}


def _devices(person: Person) -> dict[str, frozenset[str]]:
    """A device that two people share stays the other one's."""
    own: dict[str, set[str]] = {column: set() for column in DEVICES}
    shared: dict[str, set[str]] = {column: set() for column in DEVICES}
    for _, connection, tables in every_table():
        for table in tables:
            for column in table.columns & set(DEVICES) if KEY in table.columns else ():
                condition, given = theirs(table, person)
                query = text(SEEN.format(column=column, table=table.quoted, theirs=condition))
                for row in connection.execute(query, given):
                    (shared if row.is_shared else own)[column].add(row.value)
    return {column: frozenset(own[column] - shared[column]) for column in DEVICES}
