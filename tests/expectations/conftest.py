"""A database whose raw tables and built release are all as they should be, one row or a few each: tests plant what is wrong."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from psycopg2.extras import Json

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
OFFER, DEAL, PRODUCT, OTHER = (str(uuid.UUID(int=n)) for n in range(1, 5))
CUSTOMER = "0123456789abcdef0123456789abcdef"
ITEMS = [{"product_id": OTHER, "score": 0.5, "reason_code": "bought_together", "reason": "Often bought together"}]
HEAD = {"batch_id": "b1", "row_no": 1, "shop_id": "house", "loaded_at": AS_OF}

RAW: dict[str, dict[str, Any]] = {
    "load_ledger": {
        "batch_id": "b1", "source": "offers", "merchant_id": "acme", "kind": "offers", "rows_received": 10, "rows_loaded": 9,
        "rows_rejected": 1, "observed_at": AS_OF, "loaded_at": AS_OF, "uri": "landing/b1",
    },
    "crawl_coverage": {
        "merchant_id": "acme", "crawl_id": "acme:1", "status": "complete", "documents": 1, "offers": 9, "observed_at": AS_OF,
        "loaded_at": AS_OF, "batch_id": "b1",
    },
    "crawl_documents": {
        "crawl_id": "acme:1", "url": "https://acme.example/feed", "merchant_id": "acme", "status": "fetched",
        "observed_at": AS_OF, "loaded_at": AS_OF, "batch_id": "b1",
    },
    "rejects": {
        "batch_id": "b1", "part": "part-0000", "row_no": 2, "merchant_id": "acme", "kind": "offers", "stage": "load",
        "reason": "missing_price", "payload": "{}", "observed_at": AS_OF, "loaded_at": AS_OF,
    },
    "reject_decisions": {
        "batch_id": "b1", "row_no": 2, "disposition": "fixed", "decided_by": "kim", "reason": "the page said so",
        "fields": ["price"], "decided_at": AS_OF, "decision_batch_id": "b3", "loaded_at": AS_OF,
    },
    "source_columns": {
        "source": "shop", "merchant_id": "house", "kind": "shop_orders", "column_name": "total", "types": ["number"],
        "batches": 1, "rows_seen": 9, "is_steady": True, "is_read": True, "is_added": False, "batch_id": "b2",
        "first_loaded_at": AS_OF, "loaded_at": AS_OF,
    },
    "offer_observations": {
        "batch_id": "b1", "row_no": 1, "offer_id": OFFER, "crawl_id": "acme:1", "merchant_id": "acme", "source_kind": "shopify",
        "country": "DE", "native_product_id": "77", "url": "https://acme.example/p/77", "title": "Blue kettle 1.7 l",
        "gtin": "04006381333931", "price": 19.99, "currency": "EUR", "reference_price": 29.99, "availability": "in_stock",
        "extractor": "shopify", "confidence": 1, "row_hash": "h", "observed_at": AS_OF, "loaded_at": AS_OF,
    },
    "shop_products": HEAD | {
        "offer_id": OFFER, "sku": "S-1", "title": "Kettle", "country": "DE", "price": 20, "currency": "EUR", "cost": 11,
        "is_active": True, "updated_at": AS_OF,
    },
    "shop_inventory_movements": HEAD | {
        "movement_id": "m1", "sku": "S-1", "location": "main", "quantity": -2, "kind": "sale", "event_at": AS_OF,
    },
    "shop_customers": HEAD | {"customer_key": CUSTOMER, "country": "DE", "registered_at": AS_OF, "updated_at": AS_OF},
    "shop_orders": HEAD | {
        "order_id": "o1", "customer_key": CUSTOMER, "status": "paid", "country": "DE", "currency": "EUR", "total": 40,
        "event_at": AS_OF - timedelta(days=3), "updated_at": AS_OF,
    },
    "shop_order_lines": HEAD | {
        "order_id": "o1", "line_no": 1, "sku": "S-1", "quantity": 2, "unit_price": 20, "currency": "EUR", "kind": "sale",
        "event_at": AS_OF, "updated_at": AS_OF,
    },
    "shop_payments": HEAD | {
        "payment_id": "p1", "order_id": "o1", "amount": 40, "currency": "EUR", "status": "settled", "event_at": AS_OF,
        "updated_at": AS_OF,
    },
    "shop_deliveries": HEAD | {
        "delivery_id": "d1", "order_id": "o1", "carrier": "heron", "country": "DE", "status": "delivered",
        "promised_from": "2026-05-03", "promised_to": "2026-05-05", "shipped_at": AS_OF - timedelta(days=2),
        "delivered_at": AS_OF, "updated_at": AS_OF,
    },
    "shop_events": HEAD | {"event_id": DEAL, "kind": "product_view", "customer_key": CUSTOMER, "sku": "S-1", "event_at": AS_OF},
    "wishes": HEAD | {
        "change_id": DEAL, "customer_key": CUSTOMER, "kind": "alert", "subject_id": OFFER, "is_active": True,
        "product_id": PRODUCT,
        "condition": "price_below", "threshold": 20, "currency": "EUR", "status": "active", "event_at": AS_OF,
    },
    "shop_exposures": HEAD | {
        "experiment": "badge", "variant": "b", "customer_key": CUSTOMER, "event_at": AS_OF,
    },
    "shop_marketing_spend": HEAD | {
        "day": "2026-05-04", "channel": "search", "amount": 12.5, "currency": "EUR", "impressions": 900, "clicks": 30,
    },
    "shop_reviews": HEAD | {"review_id": "v1", "sku": "S-1", "customer_key": CUSTOMER, "rating": 4, "event_at": AS_OF},
    "shop_promotions": HEAD | {
        "promotion_id": "spring", "sku": "S-1", "kind": "campaign", "discount_pct": 15, "starts_at": AS_OF,
        "ends_at": "2026-05-12T00:00:00Z", "updated_at": AS_OF,
    },
    "calendar_days": HEAD | {"day": "2027-05-01", "country": "DE", "holiday": "Labour Day"},
    "weather_days": HEAD | {"day": "2026-05-04", "region": "DE", "temperature_c": 12.5, "precipitation_mm": 0},
    "affiliate_transactions": HEAD | {
        "network": "awin", "transaction_id": "t1", "programme_id": "1001", "sub_id": "list_d0123456789abcdef", "sale_amount": 40,
        "commission": 2, "currency": "EUR", "status": "pending", "transacted_at": AS_OF - timedelta(days=3), "updated_at": AS_OF,
    },
    "fx_rates": HEAD | {"base": "EUR", "quote": "USD", "day": "2026-05-05", "rate": 1.1, "source": "ecb"},
}

# dataset -> columns with their types, and a good row
PUBLISH: dict[str, tuple[str, dict[str, Any]]] = {
    "deal": (
        "deal_id uuid, offer_id uuid, product_id uuid, merchant_id text, merchant_name text, title text, url text, "
        "price numeric, currency text, reference_price numeric, discount_pct numeric, price_reporting numeric, "
        "availability text, started_at timestamptz, ends_at timestamptz, score float8, confidence float8, factors jsonb, "
        "score_parts jsonb, click_probability float8, "
        "verdict text, evidence jsonb, model_version text, as_of timestamptz",
        {
            "deal_id": DEAL, "offer_id": OFFER, "product_id": PRODUCT, "merchant_id": "acme", "merchant_name": "Acme",
            "title": "Blue kettle", "url": "https://acme.example/p/77", "price": 19.99, "currency": "EUR",
            "reference_price": 29.99,
            "discount_pct": 33.3, "price_reporting": 19.99, "availability": "in_stock", "started_at": AS_OF, "ends_at": None,
            "score": 0.7, "confidence": 0.8, "factors": Json({"popularity": 0.1}), "score_parts": Json({"stock": {"value": 1}}),
            "click_probability": None, "verdict": "genuine",
            "evidence": Json({"days": 40}), "model_version": "deals-1", "as_of": AS_OF,
        },
    ),
    "product": (
        "product_id uuid, item_group_id uuid, title text, gtin text, rating numeric, offers_count int, merchants_count int, "
        "lowest_price_reporting numeric, highest_price_reporting numeric, as_of timestamptz",
        {
            "product_id": PRODUCT, "item_group_id": PRODUCT, "title": "Blue kettle", "gtin": "04006381333931", "rating": 4.5,
            "offers_count": 2, "merchants_count": 2, "lowest_price_reporting": 18, "highest_price_reporting": 25, "as_of": AS_OF,
        },
    ),
    "product_offer": (
        "product_id uuid, offer_id uuid, merchant_id text, title text, url text, price numeric, currency text, "
        "price_reporting numeric, reporting_currency text, availability text, band text, probability float8, "
        "observed_at timestamptz, as_of timestamptz",
        {
            "product_id": PRODUCT, "offer_id": OFFER, "merchant_id": "acme", "title": "Blue kettle", "price": 19.99,
            "url": "https://acme.example/p/77", "currency": "EUR", "price_reporting": 19.99, "reporting_currency": "EUR",
            "availability": "in_stock", "band": "auto", "probability": 1.0, "observed_at": AS_OF, "as_of": AS_OF,
        },
    ),
    "product_redirect": (
        "product_id uuid, redirect_to uuid, as_of timestamptz", {"product_id": OTHER, "redirect_to": PRODUCT, "as_of": AS_OF},
    ),
    "gone_deal": (
        "deal_id uuid, product_id uuid, reason text, as_of timestamptz",
        {"deal_id": OTHER, "product_id": PRODUCT, "reason": "sold_out", "as_of": AS_OF},
    ),
    "price_history": (
        "product_id uuid, merchant_id text, day date, low numeric, high numeric, currency text, low_reporting numeric, "
        "as_of timestamptz",
        {
            "product_id": PRODUCT, "merchant_id": "acme", "day": "2026-05-05", "low": 19, "high": 20, "currency": "EUR",
            "low_reporting": 19, "as_of": AS_OF,
        },
    ),
    "similar": (
        "product_id uuid, items jsonb, model_version text, as_of timestamptz",
        {"product_id": PRODUCT, "items": Json(ITEMS), "model_version": "rec-1", "as_of": AS_OF},
    ),
    "recommendation": (
        "customer_key text, body jsonb, model_version text, as_of timestamptz",
        {"customer_key": CUSTOMER, "body": Json({"items": ITEMS, "source": "personal"}), "model_version": "r-1", "as_of": AS_OF},
    ),
    "trending": (
        "country text, body jsonb, model_version text, as_of timestamptz",
        {"country": "*", "body": Json({"items": ITEMS, "source": "trending"}), "model_version": "rec-1", "as_of": AS_OF},
    ),
    "price": (
        "sku text, product_id uuid, price numeric, currency text, previous_price numeric, reason text, reason_parts jsonb, "
        "model_version text, as_of timestamptz",
        {
            "sku": "S-1", "product_id": PRODUCT, "price": 20, "currency": "EUR", "previous_price": 21,
            "reason": "Matches the median competitor", "reason_parts": Json({"cost": 11}), "model_version": "pricing-1",
            "as_of": AS_OF,
        },
    ),
    "forecast": (
        "category text, day date, q05 float8, q50 float8, q95 float8, model text, model_version text, as_of timestamptz",
        {
            "category": "kitchen", "day": "2026-05-06", "q05": 1, "q50": 2, "q95": 4, "model": "prophet",
            "model_version": "demand-1", "as_of": AS_OF,
        },
    ),
    "search_doc": (
        "deal_id uuid, prank int, tsv tsvector, title text, price_reporting numeric, ends_at timestamptz, as_of timestamptz",
        {
            "deal_id": DEAL, "prank": 1, "tsv": "'kettl':1", "title": "Blue kettle", "price_reporting": 19.99, "ends_at": None,
            "as_of": AS_OF,
        },
    ),
    "search_term": (
        "kind text, term text, value text, deals int, as_of timestamptz",
        {"kind": "word", "term": "kettle", "value": "kettle", "deals": 1, "as_of": AS_OF},
    ),
    "search_click": (
        "term text, deal_id uuid, shoppers int, as_of timestamptz",
        {"term": "kettle", "deal_id": DEAL, "shoppers": 2, "as_of": AS_OF},
    ),
    "suggestion": (
        "prefix text, items jsonb, as_of timestamptz",
        {"prefix": "ket", "items": Json([{"kind": "query", "text": "kettle", "value": "kettle", "count": 3}]), "as_of": AS_OF},
    ),
}


class House:
    """The database under test: `execute`, `put` a row, `plant` changes into the good row of a table."""

    def __init__(self, url: str) -> None:
        self.url = url

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        names, places = ", ".join(row), ", ".join(["%s"] * len(row))
        self.execute(f"insert into {table} ({names}) values ({places})", *row.values())

    def plant(self, table: str, changes: Mapping[str, Any]) -> None:
        sets = ", ".join(f"{name} = %s" for name in changes)
        self.execute(f"update {table} set {sets}", *changes.values())


@pytest.fixture
def as_of() -> datetime:
    return AS_OF


@pytest.fixture
def loaded(database_url: str) -> House:
    """Every raw table with one good row; constraints that forbid a bad one are lifted, as the suites stand behind them."""
    house = House(database_url)
    house.execute("alter table raw.load_ledger drop constraint nothing_lost")
    for table, column in (("offer_observations", "price"), ("fx_rates", "rate")):
        house.execute(f"alter table raw.{table} drop constraint {table}_{column}_check")
    for table, row in RAW.items():
        house.execute(f"delete from raw.{table}")
        house.put(f"raw.{table}", row)
    house.put("raw.load_ledger", RAW["load_ledger"] | {"batch_id": "b2", "source": "shop"})
    return house


@pytest.fixture
def built(loaded: House) -> House:
    """A built, unflipped release r000001: one good row in each dataset."""
    datasets = {}
    for dataset, (columns, row) in PUBLISH.items():
        table = f"{dataset}_v1"
        loaded.execute(f"set role publisher; create table publish.{table} (version bigint not null default 1, {columns})")
        loaded.put(f"publish.{table}", row)
        datasets[dataset] = {"table": table, "version": 1, "rows": 1, "contract_hash": "x"}
    loaded.put("publish.release", {
        "release_id": "r000001", "as_of": AS_OF, "status": "built", "built_at": AS_OF, "datasets": json.dumps(datasets),
    })
    return loaded


@pytest.fixture
def good_raw() -> dict[str, dict[str, Any]]:
    return RAW


@pytest.fixture
def good_published() -> dict[str, dict[str, Any]]:
    return {dataset: row for dataset, (_, row) in PUBLISH.items()}
