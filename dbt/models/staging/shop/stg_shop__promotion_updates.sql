with

source as (
    select * from {{ source('raw_shop', 'shop_promotions') }}
),

final as (
    select
        promotion_id,
        shop_id,
        sku,
        kind,
        discount_pct,
        starts_at,
        ends_at,
        updated_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
