select
    null::text as customer_key,
    null::timestamptz as as_of,
    null::text as country,
    null::text as city,
    null::text as language,
    null::timestamptz as registered_at,
    null::integer as orders,
    null::timestamptz as last_order_at
where false
