with

source as (
    select * from {{ source('raw_shop', 'shop_payments') }}
),

final as (
    select distinct on (shop_id, payment_id)
        payment_id,
        shop_id,
        order_id,
        method,
        status,
        amount,
        currency::text as currency,
        event_at,
        updated_at,
        loaded_at
    from source
    where {{ known() }}
    order by shop_id, payment_id, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
