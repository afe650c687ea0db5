-- Wait for something.
insert into inbox.alert (customer_key, kind, product_id, offer_id, threshold, currency, baseline_price, release_as_of)
values (
    %(customer_key)s, %(kind)s, %(product_id)s::uuid, %(offer_id)s::uuid, %(threshold)s::numeric, %(currency)s::text,
    %(baseline_price)s::numeric, %(release_as_of)s::timestamptz
)
returning alert_id, kind, product_id, offer_id, threshold, currency, baseline_price, status, created_at, fired_at
