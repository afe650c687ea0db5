"""One SQLAlchemy engine per role: every batch room reaches Postgres through here."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine

from dealhouse.settings import settings

Role = Literal["loader", "transformer", "modeller", "publisher", "auditor", "editor", "notifier", "bi_reader"]


@lru_cache(maxsize=8)
def engine(role: Role) -> Engine:
    """The process's engine for a role; sessions run as that role, in UTC."""
    return create_engine(
        settings().sqlalchemy_url,
        connect_args={"options": f"-c role={role} -c timezone=UTC", "application_name": f"dealhouse {role}"},
        pool_size=2,
        pool_pre_ping=True,
    )


@contextmanager
def transaction(role: Role) -> Iterator[Connection]:
    """A connection in one transaction: committed at the end, rolled back on any error."""
    with engine(role).begin() as connection:
        yield connection


def driver_cursor(connection: Connection) -> Any:  # noqa: ANN401 (psycopg2 ships no types for its cursor's COPY)
    """The psycopg2 cursor of a SQLAlchemy connection, for `copy_expert`, inside the same transaction."""
    return connection.connection.cursor()
