{{ config(materialized='view') }}

select
    null::text as customer_key,
    null::uuid as product_id,
    null::timestamptz as event_at,
    null::text as kind,
    null::integer as quantity,
    null::numeric(14,4) as price_reporting,
    null::text as country,
    null::timestamptz as as_of
where false
