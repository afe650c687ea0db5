with

source as (
    select * from {{ source('raw_shop', 'shop_payments') }}
),

final as (
    select
        payment_id,
        order_id,
        shop_id,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
