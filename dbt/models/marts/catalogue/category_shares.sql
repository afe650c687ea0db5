{{ config(indexes=[{'columns': ['category', 'merchant_id'], 'unique': true}]) }}
{%- set today = business_day(as_of()) %}

with

matches as (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live
),

deals as (
    select * from {{ ref('fct_deals') }}
),

skus as (
    select * from {{ ref('house_sku') }}
),

clicks as (
    select
        coalesce(deals.offer_id, skus.offer_id) as offer_id,
        sum(days.deal_clicks + days.views) as clicks
    from {{ ref('fct_traffic_daily') }} as days
    left join deals on days.deal_id = deals.deal_id
    left join skus on days.sku = skus.sku
    where days.day >= {{ today }} - {{ var("performance_days") }} and days.day < {{ today }}
    group by coalesce(deals.offer_id, skus.offer_id)
),

-- a product's offers at a merchant first: what is left to count has far fewer rows
sold as (
    select
        matches.product_id,
        offers.merchant_id,
        count(*) as offers,
        sum(clicks.clicks) as clicks
    from offers
    inner join matches on offers.offer_id = matches.offer_id
    left join clicks on offers.offer_id = clicks.offer_id
    group by matches.product_id, offers.merchant_id
),

listed as (
    select
        products.category,
        sold.merchant_id,
        sum(sold.offers) as offers,
        count(*) as products,
        coalesce(sum(sold.clicks), 0) as clicks
    from sold
    inner join products on sold.product_id = products.product_id
    group by products.category, sold.merchant_id
),

final as (
    select
        category,
        merchant_id,
        merchant_id = '{{ var("shop_id") }}' as is_house,
        offers::integer as offers,
        products::integer as products,
        clicks::integer as clicks,
        round(offers / sum(offers) over (partition by category), 4) as offer_share,
        round(clicks / nullif(sum(clicks) over (partition by category), 0), 4) as click_share
    from listed
)

select * from final
