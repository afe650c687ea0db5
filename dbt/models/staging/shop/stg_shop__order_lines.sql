with

source as (
    select * from {{ source('raw_shop', 'shop_order_lines') }}
),

final as (
    select distinct on (shop_id, order_id, line_no)
        order_id,
        line_no,
        shop_id,
        sku,
        kind,
        quantity,
        unit_price,
        discount,
        currency::text as currency,
        event_at,
        updated_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by shop_id, order_id, line_no, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
