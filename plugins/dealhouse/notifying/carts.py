"""Carts that were filled a day ago and not paid since: a reminder, once, and none again for a week."""

from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.notifying.release import Message, Release, money

LEFT = text("""
    with added as (
        select distinct on (customer_key, coalesce(product_id::text, sku))
            customer_key, product_id, sku, event_id, event_at
        from raw.shop_events
        where kind = 'add_to_cart' and customer_key is not null and coalesce(product_id::text, sku) is not null
            and loaded_at > :as_of - interval '5 days' and loaded_at <= :as_of
            and event_at > :as_of - interval '3 days' and event_at <= :as_of - interval '24 hours'
        order by customer_key, coalesce(product_id::text, sku), event_at desc, event_id
    )
    select added.customer_key, added.event_id::text, product.product_id::text, product.title, best.*
    from added
    join publish.product as product
        on product.version = :product and (product.product_id = added.product_id or product.house_sku = added.sku)
    cross join lateral (
        select offer.price, offer.currency, offer.merchant_name
        from publish.product_offer as offer
        where offer.version = :product_offer and offer.product_id = product.product_id and offer.availability = 'in_stock'
        order by offer.price_reporting nulls last, offer.offer_id
        limit 1
    ) as best
    where not exists (
        select from raw.shop_events as later
        where later.customer_key = added.customer_key and later.event_at > added.event_at
            and later.loaded_at > :as_of - interval '5 days' and later.loaded_at <= :as_of
            and (later.kind = 'purchase' or (
                later.kind = 'remove_from_cart' and (later.product_id = added.product_id or later.sku = added.sku)
            ))
    ) and not exists (
        select from raw.shop_orders as bought
        where bought.customer_key = added.customer_key and bought.event_at > added.event_at and bought.loaded_at <= :as_of
    ) and not exists (
        select from notify.outbox as reminded
        where reminded.customer_key = added.customer_key and reminded.kind = 'cart'
            and reminded.as_of > :as_of - interval '7 days'
    )
    order by added.customer_key, added.event_at desc, added.event_id
""")
SHOWN = 5


def left(connection: Connection, release: Release) -> list[Message]:
    rows = [dict(row) for row in connection.execute(LEFT, release.parameters).mappings()]
    return [_message(customer, list(items)) for customer, items in groupby(rows, lambda row: row["customer_key"])]


def _message(customer: str, rows: list[dict[str, Any]]) -> Message:
    items = [
        {"title": row["title"], "merchant": row["merchant_name"], "path": f"/products/{row['product_id']}",
         "price": money(row["price"], row["currency"]), "was": None}
        for row in rows[:SHOWN]
    ]
    title = f"Still in your cart: {rows[0]['title']}"
    return Message(customer, "cart", rows[0]["event_id"], "cart", title, {"items": items, "more": len(rows) - len(items)})
