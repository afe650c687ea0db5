with

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live and {{ may_be_shown('merchant', 'merchant_id') }}
),

lows as (
    select * from {{ ref('fct_offer_lows') }}
),

merchants as (
    select * from {{ ref('dim_merchant') }}
),

links as (
    select * from {{ ref('offer_links') }}
),

published as (
    select * from {{ ref('deals_scored') }}
    where is_published
),

reputations as (
    select * from {{ ref('merchant_reputation') }}
),

final as (
    select
        matches.product_id,
        offers.offer_id,
        offers.merchant_id,
        merchants.name as merchant_name,
        reputations.reputation as merchant_reputation,
        offers.title,
        offers.variant_title,
        nullif(offers.url, '') as url,
        links.link as affiliate_url,
        offers.condition,
        offers.price::numeric(14, 2) as price,
        offers.currency,
        offers.price_reporting::numeric(14, 2) as price_reporting,
        '{{ var("reporting_currency") }}'::text as reporting_currency,
        offers.rate_day,
        coalesce(offers.reference_price, published.reference_price)::numeric(14, 2) as reference_price,
        coalesce(offers.discount_pct, published.discount_pct)::numeric(5, 2) as discount_pct,
        offers.availability,
        offers.shipping_cost::numeric(14, 2) as shipping_cost,
        matches.band,
        matches.probability,
        published.deal_id,
        published.verdict,
        lows.lowest_price_30d::numeric(14, 2) as lowest_30d,
        lows.lowest_price::numeric(14, 2) as lowest_ever,
        lows.lowest_price_at as lowest_ever_at,
        offers.last_seen_at as observed_at,
        {{ as_of() }} as as_of
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    inner join merchants on offers.merchant_id = merchants.merchant_id
    left join links on offers.offer_id = links.offer_id
    left join lows on offers.offer_id = lows.offer_id
    left join published on offers.offer_id = published.offer_id
    left join reputations on offers.merchant_id = reputations.merchant_id
    where {{ may_be_shown('product', 'matches.product_id') }}
)

select * from final
