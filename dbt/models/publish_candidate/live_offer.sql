select
    null::uuid as offer_id,
    null::numeric(14,2) as price,
    null::text as currency,
    null::numeric(14,2) as price_reporting,
    null::text as availability,
    null::integer as stock,
    null::timestamptz as observed_at
where false
