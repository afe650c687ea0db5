with

source as (
    select * from {{ source('raw_reference', 'calendar_days') }}
),

final as (
    select distinct on (country, day)
        country::text as country,
        day,
        holiday,
        loaded_at
    from source
    where {{ known() }}
    order by country, day, loaded_at desc, batch_id desc, row_no desc
)

select * from final
