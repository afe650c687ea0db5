select
    null::uuid as product_id,
    null::timestamptz as as_of,
    null::uuid as item_group_id,
    null::text as title,
    null::text as brand,
    null::text as category,
    null::numeric(14,4) as price_reporting,
    null::numeric(5,2) as discount_pct,
    null::text as house_sku,
    null::integer as offers,
    null::integer as merchants,
    null::boolean as is_available,
    null::timestamptz as first_seen_at
where false
