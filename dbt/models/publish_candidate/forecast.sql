select
    null::text as category,
    null::date as day,
    null::double precision as q05,
    null::double precision as q50,
    null::double precision as q95,
    null::text as model,
    null::text as model_version,
    null::timestamptz as as_of
where false
