{{ config(tags=['after_matching'], indexes=[{'columns': ['product_id'], 'unique': true}]) }}

with recursive

products as (
    select
        product_id,
        redirect_to
    from {{ source('predictions', 'product') }}
    where {{ known('as_of') }}
),

later_merges as (
    select distinct product_id
    from {{ source('predictions', 'product_changes') }}
    where change = 'merged' and not {{ known('as_of') }}
),

-- a product that was merged away leads to the one that took it in, over any number of merges
trail as (
    select
        products.product_id,
        products.product_id as resolved_id,
        0 as hops
    from products
    union all
    select
        trail.product_id,
        products.redirect_to as resolved_id,
        trail.hops + 1 as hops
    from trail
    inner join products on trail.resolved_id = products.product_id
    left join later_merges on products.product_id = later_merges.product_id
    where products.redirect_to is not null and trail.hops < 50 and later_merges.product_id is null
),

final as (
    select distinct on (product_id)
        product_id,
        resolved_id
    from trail
    order by product_id, hops desc
)

select * from final
