{{ config(indexes=[{'columns': ['merchant_id'], 'unique': true}]) }}

with

registry as (
    select * from {{ ref('stg_merchants__registry') }}
),

opt_outs as (
    select * from {{ ref('int_decisions_in_force') }}
    where action = 'opt_out'
),

crawls as (
    select * from {{ ref('stg_merchants__crawls') }}
),

loads as (
    select * from {{ ref('stg_merchants__loads') }}
),

offers as (
    select
        merchant_id,
        count(*) filter (where is_live) as live_offers,
        count(*) filter (
            where is_live and changed_at > first_seen_at and changed_at > {{ as_of() }} - interval '7 days'
        ) as changed_offers
    from {{ ref('fct_offers') }}
    where not is_house
    group by merchant_id
),

-- newest first; a crawl that read nothing new says nothing of rejects, one that asked nothing says nothing of latency
looks as (
    select
        crawls.*,
        loads.rows_received,
        loads.rows_rejected::numeric / nullif(loads.rows_received, 0) as reject_rate,
        max(crawls.observed_at) filter (where crawls.status <> 'failed') over (partition by crawls.merchant_id) as last_answer_at
    from crawls
    inner join registry on crawls.merchant_id = registry.merchant_id
    left join loads on crawls.batch_id = loads.batch_id
),

history as (
    select
        merchant_id,
        max(observed_at) as last_crawl_at,
        max(observed_at) filter (where status = 'complete') as last_success_at,
        (array_agg(status order by observed_at desc))[1] as last_status,
        (array_agg(error order by observed_at desc))[1] as last_error,
        (array_agg(is_stale order by observed_at desc))[1] as is_stale,
        (array_agg(reject_rate order by observed_at desc) filter (where reject_rate is not null))[1] as reject_rate,
        (array_agg(latency_ms_p50 order by observed_at desc) filter (where latency_ms_p50 is not null))[1] as latency_ms_p50,
        (array_agg(latency_ms_p95 order by observed_at desc) filter (where latency_ms_p95 is not null))[1] as latency_ms_p95,
        count(*) filter (where status = 'failed' and observed_at > coalesce(last_answer_at, '-infinity')) as failures_in_a_row,
        count(*) filter (where observed_at > {{ as_of() }} - interval '24 hours') as crawls_24h,
        sum(requests) filter (where observed_at > {{ as_of() }} - interval '24 hours') as requests_24h,
        sum(bytes) filter (where observed_at > {{ as_of() }} - interval '24 hours') as bytes_24h,
        sum(retries) filter (where observed_at > {{ as_of() }} - interval '24 hours') as retries_24h,
        sum(breaker_openings) filter (where observed_at > {{ as_of() }} - interval '24 hours') as breaker_openings_24h
    from looks
    group by merchant_id
),

measured as (
    select
        registry.merchant_id,
        registry.name,
        registry.platform,
        registry.country::text as country,
        not registry.is_enabled or registry.is_paused or opt_outs.subject_id is not null as is_paused,
        coalesce('opted out: ' || opt_outs.reason, registry.pause_reason) as pause_reason,
        history.last_crawl_at,
        history.last_success_at,
        history.last_status,
        history.last_error,
        round((extract(epoch from {{ as_of() }} - history.last_success_at) / 3600)::numeric, 2) as freshness_hours,
        coalesce(history.is_stale, false) as is_stale,
        coalesce(history.failures_in_a_row, 0)::integer as failures_in_a_row,
        coalesce(history.crawls_24h, 0)::integer as crawls_24h,
        coalesce(offers.live_offers, 0)::integer as live_offers,
        round(history.reject_rate, 4) as reject_rate,
        round(offers.changed_offers::numeric / nullif(offers.live_offers, 0), 4) as change_rate_7d,
        history.latency_ms_p50,
        history.latency_ms_p95,
        coalesce(history.requests_24h, 0)::bigint as requests_24h,
        coalesce(history.bytes_24h, 0)::bigint as bytes_24h,
        coalesce(history.retries_24h, 0)::bigint as retries_24h,
        coalesce(history.breaker_openings_24h, 0)::integer as breaker_openings_24h
    from registry
    left join history on registry.merchant_id = history.merchant_id
    left join offers on registry.merchant_id = offers.merchant_id
    left join opt_outs on registry.merchant_id = opt_outs.subject_id
),

-- the first thing that is wrong, the worst first
judged as (
    select
        measured.*,
        case
            when is_paused then 'paused'
            when failures_in_a_row >= 3 or (last_status = 'failed' and last_success_at is null) then 'failing'
            when last_status is null or last_status <> 'complete' then 'degraded'
            when is_stale or freshness_hours > 48 or reject_rate > 0.2 or breaker_openings_24h > 0 then 'degraded'
            else 'healthy'
        end as disposition,
        case
            when is_paused then coalesce(pause_reason, 'stopped in the registry')
            when last_status is null then 'not crawled yet'
            when last_status = 'failed'
                then format('failed %s in a row: %s', failures_in_a_row, coalesce(last_error, 'no reason given'))
            when last_status = 'partial'
                then format('not all of it could be read: %s', coalesce(last_error, 'its list came empty'))
            when is_stale then 'its answer was empty or cut: the offers before it stay'
            when freshness_hours > 48 then format('no complete crawl for %s hours', round(freshness_hours))
            when reject_rate > 0.2 then format('%s %% of its rows are rejected', round(100 * reject_rate))
            when breaker_openings_24h > 0 then format('left alone %s times within a day: it kept failing', breaker_openings_24h)
        end as trouble
    from measured
),

final as (
    select
        merchant_id,
        name,
        platform,
        country,
        disposition,
        trouble,
        last_status,
        last_crawl_at,
        last_success_at,
        freshness_hours,
        is_stale,
        failures_in_a_row,
        live_offers,
        reject_rate,
        change_rate_7d,
        latency_ms_p50,
        latency_ms_p95,
        crawls_24h,
        requests_24h,
        bytes_24h,
        retries_24h,
        breaker_openings_24h
    from judged
)

select * from final
