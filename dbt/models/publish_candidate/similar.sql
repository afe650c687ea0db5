select
    null::uuid as product_id,
    null::jsonb as items,
    null::text as model_version,
    null::timestamptz as as_of
where false
