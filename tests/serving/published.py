"""A published world of thirty deals, and the API over it on a real port: what the tests of serving stand on."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import jwt
import psycopg
import uvicorn
from psycopg import sql
from psycopg.types.json import Jsonb

from serving.app import create_app
from serving.settings import Settings
from tests.serving.world import ALICE, AS_OF, BOB, NEWCOMER, World, make_world

__all__ = ["ALICE", "AS_OF", "BOB", "NEWCOMER", "World", "free_port", "make_world", "publish", "running", "token"]
SECRET = "a-secret-of-the-tests-with-32-bytes-and-more"
# the columns of the publish contracts, after `version bigint`
COLUMNS = {
    "deal": (
        "deal_id uuid, offer_id uuid, product_id uuid, merchant_id text, merchant_name text, merchant_reputation double "
        "precision, title text, description text, brand text, category text, image_url text, url text, affiliate_url "
        "text, coupon_code text, terms text, country text, language text, price numeric(14,2), currency text, "
        "reference_price numeric(14,2), reference_kind text, discount_pct numeric(5,2), price_reporting numeric(14,2), "
        "reporting_currency text, availability text, started_at timestamptz, ends_at timestamptz, observed_at "
        "timestamptz, lowest_30d numeric(14,2), merchants_count int, score double precision, confidence double precision, "
        "factors jsonb, verdict text, evidence jsonb, suspicious_pricing boolean, popularity double precision, tags "
        "jsonb, model_version text, as_of timestamptz"
    ),
    "product": (
        "product_id uuid, item_group_id uuid, title text, brand text, category text, description text, image_url text, "
        "gtin text, rating numeric, review_count int, offers_count int, merchants_count int, lowest_price_reporting "
        "numeric(14,2), highest_price_reporting numeric(14,2), reporting_currency text, house_sku text, best_offer_id "
        "uuid, as_of timestamptz"
    ),
    "product_offer": (
        "product_id uuid, offer_id uuid, merchant_id text, merchant_name text, merchant_reputation double precision, "
        "title text, variant_title text, url text, affiliate_url text, condition text, price numeric(14,2), currency "
        "text, price_reporting numeric(14,2), reporting_currency text, rate_day date, reference_price numeric(14,2), "
        "discount_pct numeric(5,2), availability text, shipping_cost numeric(14,2), band text, probability double "
        "precision, deal_id uuid, verdict text, observed_at timestamptz, as_of timestamptz"
    ),
    "price_history": (
        "product_id uuid, merchant_id text, day date, low numeric(14,2), high numeric(14,2), currency text, low_reporting "
        "numeric(14,2), as_of timestamptz"
    ),
    "similar": ("product_id uuid, items jsonb, model_version text, as_of timestamptz"),
    "recommendation": ("customer_key text, body jsonb, model_version text, as_of timestamptz"),
    "trending": ("country text, body jsonb, model_version text, as_of timestamptz"),
    "price": (
        "sku text, product_id uuid, price numeric(14,2), currency text, previous_price numeric(14,2), reason text, "
        "reason_parts jsonb, rail text, model_version text, as_of timestamptz"
    ),
    "search_doc": (
        "deal_id uuid, prank int, tsv tsvector, title text, category text, brand text, merchant_id text, country text, "
        "price_reporting numeric(14,2), discount_pct numeric(5,2), availability text, ends_at timestamptz, started_at "
        "timestamptz, as_of timestamptz"
    ),
}


def publish(database_url: str, world: World, version: int, as_of: datetime = AS_OF) -> None:
    """What a release does: partitions of this version, then the pointers of all datasets at once."""
    with psycopg.connect(database_url) as connection:
        connection.execute("set role publisher")
        release_id = f"release-{version}"
        connection.execute("insert into publish.release values (%s, %s, 'live', %s, %s, '{}')", (release_id, as_of, as_of, as_of))
        for dataset, columns in COLUMNS.items():
            _partition(connection, dataset, columns, version, world.rows[dataset], as_of)
            connection.execute(
                "insert into publish.current values (%s, %s, %s, %s, null, null, 'hash', %s) on conflict (dataset) do update set "
                "version = excluded.version, release_id = excluded.release_id, as_of = excluded.as_of",
                (dataset, version, release_id, as_of, len(world.rows[dataset])),
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
    connection: psycopg.Connection[Any], dataset: str, columns: str, version: int, rows: list[dict[str, Any]], as_of: datetime
) -> None:
    parent, part = sql.Identifier("publish", dataset), sql.Identifier("publish", f"{dataset}_v{version}")
    connection.execute(
        sql.SQL("create table if not exists {} (version bigint not null, {}) partition by list (version)").format(
            parent, sql.SQL(columns)
        )
    )
    connection.execute(sql.SQL("create table {} partition of {} for values in ({})").format(part, parent, sql.Literal(version)))
    names = [column.split()[0] for column in columns.replace("(14,2)", "").replace("(5,2)", "").split(",")]
    document = (
        "setweight(to_tsvector('simple', unaccent(%(title)s)), 'A') || "
        "setweight(to_tsvector('simple', unaccent(%(brand)s)), 'B') || "
        "setweight(to_tsvector('simple', %(category)s), 'C') || setweight(to_tsvector('simple', unaccent(%(description)s)), 'D')"
    )
    slots = sql.SQL(", ").join(sql.SQL(document) if name == "tsv" else sql.Placeholder(name) for name in names)
    insert = sql.SQL("insert into {} (version, {}) values ({}, {})").format(
        parent, sql.SQL(", ").join(map(sql.Identifier, names)), sql.Literal(version), slots
    )
    for row in rows:
        filled = {**dict.fromkeys(names), **row, "as_of": as_of}
        connection.execute(
            insert, {key: Jsonb(value) if isinstance(value, dict | list) else value for key, value in filled.items()}
        )


def token(customer: str = ALICE, secret: str = SECRET, algorithm: str = "HS256", lifetime_s: int = 600, **claims: Any) -> str:
    body = {"sub": customer, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + lifetime_s} | claims
    return jwt.encode({key: value for key, value in body.items() if value is not None}, secret, algorithm=algorithm)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(database_url: str, **settings: Any) -> Iterator[str]:
    """The API in a thread, on a real port, until the block ends; yields its address."""
    config = Settings(database_url=database_url, token_secret=SECRET, **settings)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(config), host="127.0.0.1", port=port, log_level="warning"))
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
