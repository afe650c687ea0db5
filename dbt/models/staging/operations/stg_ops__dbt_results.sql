{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('runs', 'dbt_results') }}
),

final as (
    select
        invocation_id,
        node,
        split_part(node, '.', 3) as name,
        resource_type,
        layer,
        as_of,
        status,
        round(seconds::numeric, 3) as seconds,
        rows_affected,
        message,
        finished_at
    from source
)

select * from final
