select
    null::uuid as product_id,
    null::text as merchant_id,
    null::date as day,
    null::numeric(14,2) as low,
    null::numeric(14,2) as high,
    null::text as currency,
    null::numeric(14,2) as low_reporting,
    null::timestamptz as as_of
where false
