with

source as (
    select * from {{ source('raw_shop', 'shop_inventory_movements') }}
),

final as (
    select distinct on (shop_id, movement_id)
        movement_id,
        shop_id,
        sku,
        location,
        quantity,
        kind,
        event_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by shop_id, movement_id, loaded_at, batch_id, row_no
)

select * from final
