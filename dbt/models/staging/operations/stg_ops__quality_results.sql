{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('runs', 'quality_results') }}
),

final as (
    select
        border,
        suite,
        expectation,
        as_of,
        passed as is_passed,
        severity,
        expected,
        observed,
        checked_at
    from source
)

select * from final
