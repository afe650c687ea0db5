{{ config(materialized='replaced', tags=['after_matching']) }}

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

merged as (
    select
        products.product_id,
        products.redirect_to
    from products
    left join later_merges on products.product_id = later_merges.product_id
    where products.redirect_to is not null and later_merges.product_id is null
),

-- a product that was merged away leads to the one that took it in, over any number of merges
trail as (
    select
        product_id,
        redirect_to as resolved_id,
        1 as hops
    from merged
    union all
    select
        trail.product_id,
        merged.redirect_to as resolved_id,
        trail.hops + 1 as hops
    from trail
    inner join merged on trail.resolved_id = merged.product_id
    where trail.hops < 50
),

ends as (
    select distinct on (product_id)
        product_id,
        resolved_id
    from trail
    order by product_id, hops desc
),

final as (
    select
        products.product_id,
        coalesce(ends.resolved_id, products.product_id) as resolved_id
    from products
    left join ends on products.product_id = ends.product_id
)

select * from final
