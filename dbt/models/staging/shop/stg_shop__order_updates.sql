with

source as (
    select * from {{ source('raw_shop', 'shop_orders') }}
),

final as (
    select
        order_id,
        shop_id,
        customer_key,
        event_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
