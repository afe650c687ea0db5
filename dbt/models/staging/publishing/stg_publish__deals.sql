with

source as (
    select * from {{ source('publishing', 'published_deals') }}
),

final as (
    select
        deal_id,
        first_as_of,
        -- a build of an earlier instant knows nothing of later releases
        least(last_as_of, {{ as_of() }}) as last_as_of
    from source
    where {{ known('first_as_of') }}
)

select * from final
