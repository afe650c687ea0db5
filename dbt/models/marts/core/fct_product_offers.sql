{{ config(
    tags=['after_matching'],
    materialized='incremental',
    unique_key='offer_id',
    incremental_strategy='product_news',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_offers_without_product() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['product_id']}],
) }}

with

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
),

final as (
    select
        matches.offer_id,
        matches.product_id,
        matches.band,
        offers.merchant_id,
        offers.sku,
        offers.is_house,
        offers.is_live,
        offers.availability,
        offers.price_reporting,
        offers.discount_pct,
        offers.first_seen_at,
        offers.changed_at
    from matches
    inner join offers on matches.offer_id = offers.offer_id
)

select final.* from final
{{ that_differs('final', 'offer_id') }}
