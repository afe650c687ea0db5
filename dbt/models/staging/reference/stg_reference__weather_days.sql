with

source as (
    select * from {{ source('raw_reference', 'weather_days') }}
),

final as (
    select distinct on (region, day)
        region,
        day,
        temperature_c,
        precipitation_mm,
        loaded_at
    from source
    where {{ known() }}
    order by region, day, loaded_at desc, batch_id desc, row_no desc
)

select * from final
