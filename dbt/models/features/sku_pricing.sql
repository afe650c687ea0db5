select
    null::text as sku,
    null::timestamptz as as_of,
    null::uuid as product_id,
    null::text as category,
    null::numeric(14,4) as cost,
    null::numeric(14,4) as minimum_price,
    null::numeric(14,4) as current_price,
    null::text as currency,
    null::numeric(14,4) as reference_price,
    null::integer as stock,
    null::integer as units_7d,
    null::integer as units_28d,
    null::integer as lead_time_days,
    null::numeric(14,4) as competitor_lowest,
    null::numeric(14,4) as competitor_median,
    null::integer as competitor_count,
    null::numeric(14,4) as lowest_30d
where false
