"""A published world of thirty deals, and the API over it on a real port: what the tests of serving stand on."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import psycopg
import uvicorn
import yaml
from fastapi import FastAPI
from jinja2 import Environment
from psycopg import sql
from psycopg.types.json import Jsonb

from serving.app import create_app
from serving.settings import Settings
from tests.serving.world import ALICE, AS_OF, BOB, NEWCOMER, World, make_world

__all__ = [
    "ALICE", "AS_OF", "BOB", "NEWCOMER", "World", "free_port", "listening", "make_world", "publish", "running", "settings_of",
    "token",
]
SECRET = "a-secret-of-the-tests-with-32-bytes-and-more"
DBT = Path(__file__).resolve().parents[2] / "dbt"
CONTRACT = DBT / "models" / "publish_candidate" / "_publish_candidate.yml"
MACROS = DBT / "macros" / "searchable.sql"


@cache
def contract() -> dict[str, dict[str, str]]:
    """Column types by published dataset, as dbt enforces them: what serving's SQL is held against."""
    models = yaml.safe_load(CONTRACT.read_text())["models"]
    columns = {model["name"]: {column["name"]: column["data_type"] for column in model["columns"]} for model in models}
    return {name: types for name, types in columns.items() if name != "live_offer"}


def publish(database_url: str, world: World, version: int, as_of: datetime = AS_OF) -> None:
    """What a release does: partitions of this version, then the pointers of all datasets at once."""
    with psycopg.connect(database_url) as connection:
        connection.execute("set role publisher")
        release_id = f"release-{version}"
        connection.execute("insert into publish.release values (%s, %s, 'live', %s, %s, '{}')", (release_id, as_of, as_of, as_of))
        for dataset, columns in contract().items():
            _partition(connection, dataset, columns, version, world.rows.get(dataset, []), as_of)
            connection.execute(
                "insert into publish.current values (%s, %s, %s, %s, null, null, 'hash', %s) on conflict (dataset) do update set "
                "version = excluded.version, release_id = excluded.release_id, as_of = excluded.as_of",
                (dataset, version, release_id, as_of, len(world.rows.get(dataset, []))),
            )
        connection.execute("truncate publish.live_offer")
        for row in world.live:
            names = sql.SQL(", ").join(map(sql.Identifier, row))
            connection.execute(
                sql.SQL("insert into publish.live_offer ({}) values ({})").format(
                    names, sql.SQL(", ").join(map(sql.Placeholder, row))
                ),
                row,
            )


def _partition(
    connection: psycopg.Connection[Any],
    dataset: str,
    columns: dict[str, str],
    version: int,
    rows: list[dict[str, Any]],
    as_of: datetime,
) -> None:
    parent, part = sql.Identifier("publish", dataset), sql.Identifier("publish", f"{dataset}_v{version}")
    typed = sql.SQL(", ").join(sql.SQL(f"{name} {kind}") for name, kind in columns.items())
    connection.execute(
        sql.SQL("create table if not exists {} (version bigint not null, {}) partition by list (version)").format(parent, typed)
    )
    connection.execute(sql.SQL("create table {} partition of {} for values in ({})").format(part, parent, sql.Literal(version)))
    names = list(columns)
    slots = sql.SQL(", ").join(sql.SQL(_document()) if name == "tsv" else sql.Placeholder(name) for name in names)
    insert = sql.SQL("insert into {} (version, {}) values ({}, {})").format(
        parent, sql.SQL(", ").join(map(sql.Identifier, names)), sql.Literal(version), slots
    )
    for row in rows:
        filled = {**dict.fromkeys(names), **row, "as_of": as_of}
        connection.execute(
            insert, {key: Jsonb(value) if isinstance(value, dict | list) else value for key, value in filled.items()}
        )


@cache
def _document() -> str:
    """The search document of a row's texts, as the candidate's own macros write it."""
    macros: Any = Environment().from_string(MACROS.read_text()).module
    title, text = (macros.search_vector(slot, "%(language)s::text") for slot in ("%(title)s::text", "%(description)s::text"))
    brand = f"to_tsvector('simple', {macros.searchable('%(brand)s::text')})"
    parts = {"A": title, "B": brand, "C": macros.search_vector("%(category)s::text"), "D": text}
    return " || ".join(f"setweight({part}, '{weight}')" for weight, part in parts.items())


def token(customer: str = ALICE, secret: str = SECRET, algorithm: str = "HS256", lifetime_s: int = 600, **claims: Any) -> str:
    body = {"sub": customer, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + lifetime_s} | claims
    return jwt.encode({key: value for key, value in body.items() if value is not None}, secret, algorithm=algorithm)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(database_url: str, **settings: Any) -> Settings:
    """The settings of an API that counts nobody, unless told to."""
    return Settings(**{"database_url": database_url, "token_secret": SECRET, "limits": False, **settings})


@contextmanager
def running(database_url: str, **settings: Any) -> Iterator[str]:
    """The API in a thread, on a real port, until the block ends; yields its address."""
    with listening(create_app(settings_of(database_url, **settings))) as where:
        yield where


@contextmanager
def listening(app: FastAPI, **server_options: Any) -> Iterator[str]:
    """An application in a thread, on a real port, until the block ends; yields its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", **server_options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the API did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
