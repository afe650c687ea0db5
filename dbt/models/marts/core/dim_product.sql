{{ config(tags=['after_matching'], indexes=[{'columns': ['product_id'], 'unique': true}]) }}

with

products as (
    select * from {{ source('predictions', 'product') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
),

seen as (
    select
        matches.product_id,
        min(offers.first_seen_at) as first_seen_at,
        count(*)::integer as offers,
        count(*) filter (where offers.is_live)::integer as live_offers,
        count(distinct offers.merchant_id) filter (where offers.is_live)::integer as live_merchants,
        min(offers.sku) filter (where offers.is_house and offers.is_live) as house_sku
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    group by matches.product_id
),

final as (
    select
        products.product_id,
        products.item_group_id,
        products.title,
        products.brand,
        products.category,
        products.category_confidence,
        products.subcategory,
        products.google_category_id,
        products.tags,
        products.gtin,
        products.image_url,
        seen.house_sku,
        seen.offers,
        seen.live_offers,
        seen.live_merchants,
        seen.first_seen_at
    from products
    inner join seen on products.product_id = seen.product_id
)

select * from final
