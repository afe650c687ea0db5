{{ config(materialized='view') }}

select
    null::text as sku,
    null::uuid as product_id,
    null::text as category,
    null::date as day,
    null::integer as units,
    null::numeric(14,4) as revenue_reporting,
    null::numeric(14,4) as price_reporting,
    null::boolean as on_promotion,
    null::boolean as is_stock_out,
    null::boolean as is_holiday,
    null::timestamptz as as_of
where false
