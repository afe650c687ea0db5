{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('runs', 'gate_results') }}
),

final as (
    select
        release_id,
        dataset,
        version,
        passed as is_passed,
        failures,
        checked_at
    from source
)

select * from final
