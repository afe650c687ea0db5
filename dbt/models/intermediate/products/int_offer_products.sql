{{ config(
    tags=['after_matching'],
    materialized='incremental',
    unique_key='offer_id',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '128MB'", "{{ start_over() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['product_id']}],
) }}

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

select final.* from final
{{ that_differs('final', 'offer_id') }}
