with

similar_products as (
    select * from {{ source('predictions', 'similar_products') }}
    where run_id = {{ latest_run('recommendations') }}
),

products as (
    select product_id from {{ ref('product') }}
),

final as (
    select
        similar_products.product_id,
        {{ items_to_show('similar_products.items') }} as items,
        similar_products.model_version,
        similar_products.as_of
    from similar_products
    inner join products on similar_products.product_id = products.product_id
)

select * from final
