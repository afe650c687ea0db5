select
    null::text as merchant_id,
    null::timestamptz as as_of,
    null::integer as offers,
    null::bigint as received,
    null::bigint as rejected,
    null::integer as crawls,
    null::integer as crawls_complete,
    null::double precision as hours_since_success,
    null::integer as reference_checked,
    null::integer as reference_charged
where false
