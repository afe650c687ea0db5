{{ config(materialized='view') }}

with

demand as (
    select * from {{ ref('fct_demand_daily') }}
),

skus as (
    select * from {{ ref('house_sku') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

final as (
    select
        demand.sku,
        matches.product_id,
        demand.category,
        demand.day,
        demand.units,
        demand.revenue_reporting,
        demand.price_reporting,
        demand.on_promotion,
        demand.is_stock_out,
        demand.is_holiday,
        {{ as_of() }} as as_of
    from demand
    left join skus on demand.sku = skus.sku
    left join matches on skus.offer_id = matches.offer_id
)

select * from final
