select
    null::text as sku,
    null::uuid as product_id,
    null::numeric(14,2) as price,
    null::text as currency,
    null::numeric(14,2) as previous_price,
    null::text as reason,
    null::jsonb as reason_parts,
    null::text as rail,
    null::text as model_version,
    null::timestamptz as as_of
where false
