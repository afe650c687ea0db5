{{ config(materialized='replaced') }}

with

results as (
    select * from {{ ref('stg_ops__quality_results') }}
),

final as (
    select
        border,
        suite,
        expectation,
        as_of,
        is_passed,
        severity,
        expected,
        observed,
        checked_at,
        checked_at = max(checked_at) over (partition by border, suite, expectation) as is_latest
    from results
)

select * from final
