{{ config(indexes=[{'columns': ['sku'], 'unique': true}]) }}

with

skus as (
    select * from {{ ref('house_sku') }}
),

stock as (
    select * from {{ ref('int_stock') }}
),

final as (
    select
        stock.sku,
        stock.stock,
        stock.stock <= 0 as is_stock_out,
        skus.cost * stock.stock as value_at_cost,
        skus.currency,
        stock.last_movement_at
    from stock
    left join skus on stock.sku = skus.sku
)

select * from final
