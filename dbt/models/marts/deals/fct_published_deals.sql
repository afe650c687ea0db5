{{ config(indexes=[{'columns': ['deal_id'], 'unique': true}]) }}

with

published as (
    select * from {{ ref('stg_publish__deals') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        published.deal_id,
        deals.offer_id,
        matches.product_id,
        deals.merchant_id,
        products.category,
        deals.started_at,
        deals.ended_at,
        {{ discount_pct('deals.price', 'deals.reference_price') }} as discount_pct,
        published.first_as_of as first_published_at,
        published.last_as_of as last_published_at
    from published
    left join deals on published.deal_id = deals.deal_id
    left join matches on deals.offer_id = matches.offer_id
    left join products on matches.product_id = products.product_id
)

select * from final
