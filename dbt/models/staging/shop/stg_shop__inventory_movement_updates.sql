with

source as (
    select * from {{ source('raw_shop', 'shop_inventory_movements') }}
),

final as (
    select
        movement_id,
        shop_id,
        sku,
        location,
        event_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
