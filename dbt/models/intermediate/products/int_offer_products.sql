{{ config(tags=['after_matching'], indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['product_id']}]) }}

with

products as (
    select * from {{ ref('int_products') }}
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
        products.resolved_id as product_id,
        matches.band,
        matches.probability,
        matches.known_from,
        matches.model_version
    from matches
    inner join products on matches.product_id = products.product_id
)

select * from final
