with

deals as (
    select * from {{ ref('deals_scored') }}
    where is_published
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live
),

merchants as (
    select * from {{ ref('dim_merchant') }}
),

final as (
    select
        deals.deal_id,
        deals.offer_id,
        deals.product_id,
        deals.merchant_id,
        merchants.name as merchant_name,
        deals.merchant_reputation,
        offers.title,
        offers.description,
        offers.brand,
        deals.category,
        offers.image_url,
        offers.url,
        coalesce(offers.affiliate_url, offers.url) as affiliate_url,
        offers.coupon_code,
        offers.terms,
        offers.country,
        offers.language,
        offers.price::numeric(14, 2) as price,
        offers.currency,
        deals.reference_price::numeric(14, 2) as reference_price,
        deals.reference_kind,
        deals.discount_pct::numeric(5, 2) as discount_pct,
        offers.price_reporting::numeric(14, 2) as price_reporting,
        '{{ var("reporting_currency") }}'::text as reporting_currency,
        offers.availability,
        deals.started_at,
        deals.ends_at,
        offers.last_seen_at as observed_at,
        deals.lowest_price_30d_before::numeric(14, 2) as lowest_30d,
        deals.merchants_for_product as merchants_count,
        deals.score,
        deals.confidence,
        jsonb_build_object(
            'merchant_reputation', deals.merchant_reputation,
            'popularity', deals.popularity,
            'price_competitiveness', deals.price_competitiveness,
            'content_quality', deals.content_quality,
            'historical_performance', deals.historical_performance
        ) as factors,
        deals.verdict,
        deals.evidence,
        deals.suspicious_pricing,
        deals.popularity,
        to_jsonb(array_remove(array[
            deals.category,
            case when offers.coupon_code is not null then 'coupon' end,
            case when offers.shipping_cost = 0 then 'free shipping' end,
            case when deals.discount_pct >= 50 then 'half price' end,
            case when offers.price < deals.lowest_price_30d_before then 'lowest in 30 days' end,
            case when deals.started_at > deals.as_of - interval '2 days' then 'new' end,
            case when offers.is_house then 'our own' end
        ], null)) as tags,
        deals.model_version,
        deals.as_of
    from deals
    inner join offers on deals.offer_id = offers.offer_id
    inner join merchants on deals.merchant_id = merchants.merchant_id
)

select * from final
