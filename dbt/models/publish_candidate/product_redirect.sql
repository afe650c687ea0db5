with

products as (
    select * from {{ ref('int_products') }}
),

shown as (
    select product_id from {{ ref('product') }}
),

final as (
    select
        products.product_id,
        products.resolved_id as redirect_to,
        {{ as_of() }} as as_of
    from products
    inner join shown on products.resolved_id = shown.product_id
    where products.product_id <> products.resolved_id
)

select * from final
