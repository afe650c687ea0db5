"""The way into the warehouse: read features and predictions, write a run with all its rows in one transaction."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd
import psycopg2
from psycopg2 import errors as pg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from ml.core.as_of import format_as_of
from ml.core.errors import ContractError, DatabaseBusyError, MlError
from ml.core.frames import copy_in, copy_out
from ml.core.settings import settings

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/run")
LOCK_WAIT = "60s"
BUSY = (psycopg2.OperationalError, psycopg2.InterfaceError, pg.SerializationFailure, pg.DeadlockDetected)


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    return create_engine(
        url, pool_size=2, pool_pre_ping=True,
        connect_args={"options": "-c role=modeller -c timezone=UTC", "application_name": "dealhouse modeller"},
    )


def engine() -> Engine:
    """The engine of the current settings' database; sessions run as `modeller`, in UTC."""
    return _engine(settings().sqlalchemy_url)


@contextmanager
def transaction() -> Iterator[Connection]:
    """A connection in one transaction.

    Raises DatabaseBusyError when the server is away or a lock is held, ContractError when SQL does not fit the tables.
    """
    try:
        with engine().begin() as connection:
            yield connection
    except (DBAPIError, psycopg2.Error) as error:
        raise _named(error) from error


def _named(error: Exception) -> MlError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    words = " ".join(str(cause).split())
    return DatabaseBusyError(words) if isinstance(cause, BUSY) else ContractError(words)


def read_frame(query: str, params: Mapping[str, Any] | None = None, connection: Connection | None = None) -> pd.DataFrame:
    """A query's rows as a frame; placeholders are `%(name)s`. Types: see `frames.copy_out`."""
    if connection is not None:
        return copy_out(connection.connection.cursor(), query, params)
    with transaction() as opened:
        return copy_out(opened.connection.cursor(), query, params)


@contextmanager
def capability_lock(capability: str) -> Iterator[None]:
    """Only one run of a capability at a time in a database. Raises DatabaseBusyError after a minute's wait."""
    with transaction() as connection:
        connection.execute(text(f"set local lock_timeout = '{LOCK_WAIT}'"))
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"ml|{capability}"})
        yield


@dataclass
class Run:
    """A run being written; everything goes through `connection` and commits together.

    metrics: what stands in predictions.run.metrics at the end; rows_written: counted by `write`, or raised by hand.
    """

    run_id: str
    capability: str
    scope: str
    as_of: datetime
    model_version: str
    connection: Connection
    rows_written: int = 0
    metrics: dict[str, Any] = field(default_factory=dict)

    def write(self, table: str, frame: pd.DataFrame) -> int:
        """Append a frame to predictions.<table>; returns its rows.

        run_id, model_version, as_of, known_at and known_from are added where the table has them and the frame does not; lists and
        dicts become jsonb or arrays. Raises ContractError for a column that the table does not have.
        """
        kinds = _columns(self.connection, table)
        unknown = set(frame.columns) - set(kinds)
        if not kinds or unknown:
            raise ContractError(f"predictions.{table} has no column {', '.join(sorted(unknown)) or 'at all'}")
        stamp: dict[str, Any] = {
            "run_id": self.run_id, "model_version": self.model_version,
            "as_of": self.as_of, "known_at": self.as_of, "known_from": self.as_of,
        }
        missing = {name: value for name, value in stamp.items() if name in kinds and name not in frame}
        rows = copy_in(self.connection.connection.cursor(), ("predictions", table), frame.assign(**missing), kinds)
        self.rows_written += rows
        return rows

    def read(self, query: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Like `read_frame`, inside this run's transaction."""
        return read_frame(query, params, self.connection)

    def execute(self, statement: str, params: Mapping[str, Any] | None = None) -> int:
        """Run a statement (`:name` placeholders); returns the rows that it touched."""
        return self.connection.execute(text(statement), dict(params or {})).rowcount


def run_id_of(capability: str, as_of: datetime, scope: str = "all") -> str:
    """The id of a run: the same capability, scope and as_of always have the same."""
    return str(uuid.uuid5(NAMESPACE, f"{capability}|{scope}|{format_as_of(as_of)}"))


@contextmanager
def run(capability: str, as_of: datetime, model_version: str, scope: str = "all", *, stateful: bool = False) -> Iterator[Run]:
    """Write a run: its row and its outputs commit together at the end, or not at all.

    An earlier run of the same capability, scope and as_of is replaced: its rows leave every output table (those of `predictions`
    with run_id and known_at). `stateful` keeps them (matching's history): rows_written then adds up over repetitions.
    """
    with transaction() as connection:
        opened = Run(run_id_of(capability, as_of, scope), capability, scope, as_of, model_version, connection)
        before = _forget(opened, stateful)
        _open(opened)
        yield opened
        _close(opened, before)


def _forget(run: Run, stateful: bool) -> int:
    """Take the run's row away, and its outputs even where that row is gone: somebody may have deleted it by hand."""
    before = run.connection.execute(
        text("delete from predictions.run where run_id = :id returning rows_written"), {"id": run.run_id}
    ).scalar()
    if stateful:
        return int(before or 0)
    for table in _output_tables(run.connection):
        run.execute(f'delete from predictions."{table}" where run_id = :id', {"id": run.run_id})  # noqa: S608
    return 0


def _open(run: Run) -> None:
    run.execute(
        """insert into predictions.run (run_id, capability, scope, as_of, model_version, status, known_at)
           values (:id, :capability, :scope, :as_of, :version, 'running', :as_of)""",
        {"id": run.run_id, "capability": run.capability, "scope": run.scope, "as_of": run.as_of, "version": run.model_version},
    )


def _close(run: Run, before: int) -> None:
    run.execute(
        """update predictions.run set status = 'complete', rows_written = :rows, metrics = cast(:metrics as jsonb),
           model_version = :version where run_id = :id""",
        {
            "rows": before + run.rows_written, "metrics": json.dumps(run.metrics, sort_keys=True),
            "version": run.model_version, "id": run.run_id,
        },
    )


def _output_tables(connection: Connection) -> list[str]:
    return list(connection.execute(text(
        """select table_name from information_schema.columns where table_schema = 'predictions'
           and column_name in ('run_id', 'known_at') and table_name <> 'run'
           group by table_name having count(*) = 2 order by table_name"""
    )).scalars())


def _columns(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.execute(text(
        "select column_name, udt_name from information_schema.columns where table_schema = 'predictions' and table_name = :table"
    ), {"table": table})
    return {str(name): str(kind) for name, kind in rows}
