select
    null::text as customer_key,
    null::jsonb as body,
    null::text as model_version,
    null::timestamptz as as_of
where false
