{{ config(tags=['after_matching'], indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['product_id']}]) }}

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
    where
        products.redirect_to is not null
        and trail.hops < 50
        and not exists (
            select
            from later_merges
            where later_merges.product_id = products.product_id
        )
),

resolved as (
    select distinct on (product_id)
        product_id,
        resolved_id
    from trail
    order by product_id, hops desc
),

matches as (
    select distinct on (offer_id)
        offer_id,
        product_id,
        band,
        probability,
        known_from,
        model_version
    from {{ source('predictions', 'offer_product') }}
    where {{ known('known_from') }} and {{ known('valid_from') }}
    order by offer_id, valid_from desc
),

final as (
    select
        matches.offer_id,
        resolved.resolved_id as product_id,
        matches.band,
        matches.probability,
        matches.known_from,
        matches.model_version
    from matches
    inner join resolved on matches.product_id = resolved.product_id
)

select * from final
