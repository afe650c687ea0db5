{{ config(indexes=[{'columns': ['product_id'], 'unique': true}]) }}

with

recent as (
    select * from {{ ref('dim_product') }}
    where first_seen_at > {{ as_of() }} - interval '{{ var("launch_days") }} days'
),

merchants as (
    select * from {{ ref('dim_merchant') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

firsts as (
    select distinct on (recent.product_id)
        recent.product_id,
        offers.offer_id,
        offers.merchant_id,
        offers.is_house,
        offers.first_seen_at,
        offers.price_reporting
    from recent
    inner join matches on recent.product_id = matches.product_id
    inner join {{ ref('fct_offers') }} as offers on matches.offer_id = offers.offer_id
    order by recent.product_id, offers.first_seen_at, offers.offer_id
),

-- what a merchant has when we look at it first is new to us, not to the market
final as (
    select
        recent.product_id,
        recent.title,
        recent.brand,
        recent.category,
        firsts.merchant_id,
        firsts.offer_id,
        firsts.is_house,
        firsts.first_seen_at,
        {{ business_day('firsts.first_seen_at') }} as day,
        firsts.price_reporting,
        recent.live_merchants,
        recent.house_sku is not null as is_ours_too
    from recent
    inner join firsts on recent.product_id = firsts.product_id
    inner join merchants
        on firsts.merchant_id = merchants.merchant_id and firsts.first_seen_at > merchants.first_seen_at + interval '7 days'
)

select * from final
