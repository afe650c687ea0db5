{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('releases', 'release') }}
),

final as (
    select
        release_id,
        as_of,
        status,
        datasets,
        built_at,
        flipped_at
    from source
)

select * from final
