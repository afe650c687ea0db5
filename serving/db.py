"""One pool of connections as role `serving`, and one session a request: its versions are resolved once, at its start."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, cast

import orjson
import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from serving.problems import NotPublishedError, UnavailableError
from serving.shelf import Shelf

QUERIES = Path(__file__).parent / "queries"
# custom plans: the optional filters fold away and the full-text index stays usable
OPTIONS = (
    "-c role=serving -c timezone=UTC -c statement_timeout=5000 -c plan_cache_mode=force_custom_plan "
    "-c pg_trgm.word_similarity_threshold=0.5"
)
POOL_TIMEOUT_S = 1.0
# the pool would try again at ever longer intervals, up to minutes; giving up at once, it tries anew with the next request
RECONNECT_S = 0.25
MOST_WAITING = 500
Connection = AsyncConnection[DictRow]
set_json_loads(orjson.loads)


@dataclass(frozen=True)
class Pointer:
    """Which version of a dataset is live, and what it knows."""

    dataset: str
    version: int
    release_id: str
    as_of: datetime


@cache
def statement(name: str) -> LiteralString:
    """The text of queries/<name>.sql."""
    return (QUERIES / f"{name}.sql").read_text()


class Session:
    """A request's view of the published tables: every query reads the versions that were live when it began."""

    def __init__(self, connection: Connection, pointers: Mapping[str, Pointer], shelf: Shelf) -> None:
        self._connection = connection
        self._pointers = pointers
        self.shelf = shelf

    @property
    def connection(self) -> Connection:
        return self._connection

    @property
    def pointers(self) -> Mapping[str, Pointer]:
        return self._pointers

    def pointer(self, dataset: str) -> Pointer:
        """The live pointer of a dataset. Raises NotPublishedError before its first release."""
        if dataset not in self._pointers:
            raise NotPublishedError(f"No release of {dataset} is live yet.", retry_after=30)
        return self._pointers[dataset]

    def version(self, dataset: str) -> int:
        return self.pointer(dataset).version

    async def rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """All rows of queries/<name>.sql."""
        cursor = await self._connection.execute(statement(name), parameters)
        return await cursor.fetchall()

    async def row(self, name: str, **parameters: object) -> dict[str, Any] | None:
        """The first row of queries/<name>.sql, or None."""
        cursor = await self._connection.execute(statement(name), parameters)
        return await cursor.fetchone()


class Database:
    """The pool. Opening it does not wait for Postgres: the API lives, and says 503, while the database is away."""

    def __init__(self, url: str, size: int, shelf: Shelf) -> None:
        self._size, self._shelf = size, shelf
        arguments: dict[str, Any] = {
            "autocommit": True, "row_factory": dict_row, "options": OPTIONS, "connect_timeout": 2, "tcp_user_timeout": 5000,
            "application_name": "dealhouse serving",
        }
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url, connection_class=cast(type[Connection], AsyncConnection), kwargs=arguments, min_size=min(2, size), max_size=size,
            timeout=POOL_TIMEOUT_S, reconnect_timeout=RECONNECT_S, max_waiting=MOST_WAITING, open=False, name="serving",
        )

    async def open(self) -> None:
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close()

    def stats(self) -> Mapping[str, int]:
        """pool_size, pool_available, requests_waiting, ... as psycopg_pool counts them."""
        return self._pool.get_stats()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session on a connection of the pool. Raises UnavailableError when the database does not answer."""
        try:
            connection, pointers = await self._begun()
            try:
                yield Session(connection, pointers, self._shelf)
            finally:
                await self._pool.putconn(connection)
        except psycopg.OperationalError as error:
            raise UnavailableError from error

    async def _begun(self) -> tuple[Connection, dict[str, Pointer]]:
        """A connection that lives, shown by its first query: those that an outage broke are thrown away on the spot."""
        for _ in range(self._size + 1):
            connection = await self._pool.getconn()
            try:
                return connection, await _pointers(connection)
            except BaseException as error:
                is_broken = connection.broken and isinstance(error, psycopg.OperationalError)
                await self._pool.putconn(connection)
                if not is_broken:
                    raise
        raise UnavailableError


async def _pointers(connection: Connection) -> dict[str, Pointer]:
    cursor = await connection.execute(statement("current_versions"))
    return {row["dataset"]: Pointer(**row) for row in await cursor.fetchall()}
