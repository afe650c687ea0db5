select
    null::uuid as deal_id,
    null::integer as prank,
    null::tsvector as tsv,
    null::text as title,
    null::text as category,
    null::text as brand,
    null::text as merchant_id,
    null::text as country,
    null::numeric(14,2) as price_reporting,
    null::numeric(5,2) as discount_pct,
    null::text as availability,
    null::timestamptz as ends_at,
    null::timestamptz as started_at,
    null::timestamptz as as_of
where false
