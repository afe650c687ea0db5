{{ config(indexes=[{'columns': ['source', 'merchant_id', 'kind'], 'unique': true}]) }}

with

loads as (
    select * from {{ ref('stg_merchants__loads') }}
),

spaced as (
    select
        *,
        loaded_at - lag(loaded_at) over (partition by source, merchant_id, kind order by loaded_at, batch_id) as gap
    from loads
),

summed as (
    select
        source,
        merchant_id,
        kind,
        count(*)::integer as batches,
        max(loaded_at) as last_loaded_at,
        max(observed_at) as last_observed_at,
        (array_agg(rows_loaded order by loaded_at desc, batch_id desc))[1] as last_rows,
        sum(rows_loaded) filter (where loaded_at > {{ as_of() }} - interval '24 hours')::bigint as rows_24h,
        sum(rows_rejected) filter (where loaded_at > {{ as_of() }} - interval '24 hours')::bigint as rejected_24h,
        -- batches of one instant came together
        percentile_cont(0.5) within group (order by extract(epoch from gap) / 3600)
        filter (where gap > interval '0') as typical_hours
    from spaced
    group by source, merchant_id, kind
),

measured as (
    select
        *,
        extract(epoch from {{ as_of() }} - last_loaded_at) / 3600 as hours
    from summed
),

final as (
    select
        source,
        merchant_id,
        kind,
        batches,
        last_loaded_at,
        last_observed_at,
        round(hours::numeric, 2) as hours,
        round(typical_hours::numeric, 2) as typical_hours,
        last_rows,
        coalesce(rows_24h, 0) as rows_24h,
        coalesce(rejected_24h, 0) as rejected_24h,
        case
            when typical_hours is null then 'once'
            when hours > 3 * typical_hours and hours > 1 then 'late'
            else 'fresh'
        end as disposition
    from measured
)

select * from final
