select
    null::text as country,
    null::jsonb as body,
    null::text as model_version,
    null::timestamptz as as_of
where false
