"""Writing keys: made, kept, revoked, listed, as the owner of the tables; the API itself may only read them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from serving.db import statement
from serving.keys import HASHER, minted, prefix_of

Connection = psycopg.Connection[DictRow]


@contextmanager
def opened(database_url: str) -> Iterator[Connection]:
    """A connection that may write keys; what was written holds when the block ends well."""
    with psycopg.connect(database_url, options="-c role=dealhouse_owner -c timezone=UTC", row_factory=dict_row) as connection:
        yield connection


def create(connection: Connection, name: str, scopes: Sequence[str], per_minute: int, days: int | None) -> str:
    """Make a key and return it: it is told this once. days: how long it lives; None: until it is revoked."""
    key = minted()
    connection.execute(statement("service_key_add"), {**_row(key, name, scopes, per_minute), "days": days})
    return key


def keep(connection: Connection, key: str, name: str, scopes: Sequence[str], per_minute: int) -> None:
    """See to it that a key that its holder has already is one of ours. Raises ValueError for what is not shaped like one."""
    connection.execute(statement("service_key_keep"), _row(key, name, scopes, per_minute))


def revoke(connection: Connection, which: str) -> int:
    """Revoke the key of this prefix, or all keys of this name; returns how many that were."""
    return connection.execute(statement("service_keys_revoke"), {"which": which}).rowcount


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every key without its hash, by name and age."""
    return connection.execute(statement("service_keys")).fetchall()


def _row(key: str, name: str, scopes: Sequence[str], per_minute: int) -> dict[str, Any]:
    prefix = prefix_of(key)
    if prefix is None:
        raise ValueError("a key reads dh_<8 letters>_<at least 32 letters and digits>")
    return {"prefix": prefix, "name": name, "hash": HASHER.hash(key), "scopes": list(scopes), "per_minute": per_minute}
