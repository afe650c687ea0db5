with

source as (
    select * from {{ source('raw_shop', 'shop_orders') }}
),

final as (
    select distinct on (shop_id, order_id)
        order_id,
        shop_id,
        customer_key,
        status,
        country::text as country,
        channel,
        promotion_code,
        total,
        shipping,
        discount,
        currency::text as currency,
        event_at,
        updated_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by shop_id, order_id, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
