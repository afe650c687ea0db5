with

source as (
    select * from {{ source('raw_deliveries', 'shop_deliveries') }}
),

final as (
    select distinct on (shop_id, delivery_id)
        delivery_id,
        shop_id,
        order_id,
        line_no,
        carrier,
        country::text as country,
        status,
        promised_from,
        promised_to,
        shipped_at,
        delivered_at,
        updated_at,
        loaded_at
    from source
    where {{ known() }}
    order by shop_id, delivery_id, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
