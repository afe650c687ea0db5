{{ config(materialized='replaced') }}

with

results as (
    select * from {{ ref('stg_ops__dbt_results') }}
),

final as (
    select
        invocation_id,
        node,
        name,
        resource_type,
        layer,
        as_of,
        status,
        seconds,
        rows_affected,
        message,
        finished_at,
        lag(seconds) over (partition by node order by finished_at, invocation_id) as seconds_before,
        row_number() over (partition by node order by finished_at desc, invocation_id desc) = 1 as is_latest
    from results
)

select * from final
