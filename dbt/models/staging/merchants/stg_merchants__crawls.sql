with

source as (
    select * from {{ source('raw', 'crawl_coverage') }}
),

final as (
    select
        merchant_id,
        crawl_id,
        status,
        documents,
        offers,
        error,
        -- what it cost and brought; null in imported history
        (measured ->> 'requests')::numeric::bigint as requests,
        (measured ->> 'bytes')::numeric::bigint as bytes,
        (measured ->> 'seconds')::numeric as seconds,
        (measured ->> 'latency_ms_p50')::numeric as latency_ms_p50,
        (measured ->> 'latency_ms_p95')::numeric as latency_ms_p95,
        (measured ->> 'retries')::numeric::integer as retries,
        (measured ->> 'breaker_opened')::numeric::integer as breaker_openings,
        (measured ->> 'not_modified')::numeric::integer as not_modified,
        coalesce((measured ->> 'stale')::boolean, false) as is_stale,
        measured -> 'fields' as field_shares,
        measured -> 'reasons' as reject_reasons,
        observed_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
)

select * from final
