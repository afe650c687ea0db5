with

source as (
    select * from {{ source('raw_shop', 'shop_promotions') }}
),

final as (
    select distinct on (shop_id, promotion_id, sku)
        promotion_id,
        shop_id,
        sku,
        kind,
        discount_pct,
        starts_at,
        ends_at,
        updated_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by shop_id, promotion_id, sku, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
