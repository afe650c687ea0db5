with

source as (
    select * from {{ source('raw_reference', 'fx_rates') }}
),

final as (
    select distinct on (base, quote, day)
        base::text as base,
        quote::text as quote,
        day,
        rate,
        source,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by base, quote, day, loaded_at desc, batch_id desc, row_no desc
)

select * from final
