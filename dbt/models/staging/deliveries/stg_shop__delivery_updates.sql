with

source as (
    select * from {{ source('raw_deliveries', 'shop_deliveries') }}
),

final as (
    select
        delivery_id,
        order_id,
        shop_id,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
