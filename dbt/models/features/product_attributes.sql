{{ config(materialized='replaced') }}

with

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        product_id,
        {{ as_of() }} as as_of,
        item_group_id,
        title,
        brand,
        category,
        price_reporting,
        coalesce(discount_pct, 0) as discount_pct,
        house_sku,
        live_offers as offers,
        live_merchants as merchants,
        is_available,
        first_seen_at
    from products
)

select * from final
