with

source as (
    select * from {{ source('raw_shop', 'shop_order_lines') }}
),

final as (
    select
        order_id,
        line_no,
        shop_id,
        sku,
        event_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
