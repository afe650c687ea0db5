-- The deal of an id or the deal of a product, one of the two given, or no row; the most popular one should a product have more.
-- A plan is made for each question, so the key that is not given folds away and the other one's index is used.
select
    deal.deal_id,
    deal.offer_id,
    deal.product_id,
    deal.merchant_id,
    deal.merchant_name,
    deal.merchant_reputation,
    deal.title,
    deal.description,
    deal.brand,
    deal.category,
    deal.image_url,
    deal.url,
    deal.affiliate_url,
    deal.coupon_code,
    deal.terms,
    deal.country,
    deal.reference_kind,
    deal.started_at,
    deal.ends_at,
    case when live.offer_id is null or live.currency = deal.currency then deal.lowest_30d end as lowest_30d,
    deal.merchants_count,
    deal.score,
    deal.confidence,
    deal.factors,
    deal.verdict,
    deal.evidence,
    deal.suspicious_pricing,
    deal.popularity,
    deal.tags,
    deal.model_version,
    deal.reporting_currency,
    live.offer_id is not null as is_live,
    coalesce(live.price, deal.price) as price,
    coalesce(live.currency, deal.currency) as currency,
    case when live.offer_id is null then deal.price_reporting else live.price_reporting end as price_reporting,
    coalesce(live.availability, deal.availability) as availability,
    coalesce(live.observed_at, deal.observed_at) as observed_at,
    case when live.offer_id is null or live.currency = deal.currency then deal.reference_price end as reference_price,
    case
        when live.offer_id is null then deal.discount_pct
        when live.currency = deal.currency and deal.reference_price > 0
            then greatest(round(100 * (1 - live.price / deal.reference_price), 2), 0)
    end as discount_pct,
    deal.score_parts,
    deal.click_probability
from publish.deal as deal
left join publish.live_offer as live on deal.offer_id = live.offer_id
where
    deal.version = %(deal)s
    and (%(deal_id)s::uuid is null or deal.deal_id = %(deal_id)s::uuid)
    and (%(product_id)s::uuid is null or deal.product_id = %(product_id)s::uuid)
order by deal.popularity desc nulls last, deal.deal_id
limit 1
