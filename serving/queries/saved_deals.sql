-- One row per deal that the customer saved, the latest first, with today's price; without a title where it is over.
select
    saved.deal_id,
    saved.saved_at,
    deal.offer_id,
    deal.merchant_id,
    deal.merchant_name,
    deal.merchant_reputation,
    deal.title,
    deal.brand,
    deal.category,
    deal.image_url,
    deal.url,
    deal.affiliate_url,
    deal.coupon_code,
    deal.country,
    deal.reference_kind,
    deal.started_at,
    deal.ends_at,
    deal.merchants_count,
    deal.score,
    deal.confidence,
    deal.verdict,
    deal.suspicious_pricing,
    deal.tags,
    deal.reporting_currency,
    coalesce(deal.product_id, saved.product_id) as product_id,
    live.offer_id is not null as is_live,
    coalesce(live.price, deal.price) as price,
    coalesce(live.currency, deal.currency) as currency,
    case when live.offer_id is null then deal.price_reporting else live.price_reporting end as price_reporting,
    coalesce(live.availability, deal.availability) as availability,
    coalesce(live.observed_at, deal.observed_at) as observed_at,
    case when live.offer_id is null or live.currency = deal.currency then deal.lowest_30d end as lowest_30d,
    case when live.offer_id is null or live.currency = deal.currency then deal.reference_price end as reference_price,
    case
        when live.offer_id is null then deal.discount_pct
        when live.currency = deal.currency and deal.reference_price > 0
            then greatest(round(100 * (1 - live.price / deal.reference_price), 2), 0)
    end as discount_pct
from inbox.saved_deal as saved
left join publish.deal as deal on saved.deal_id = deal.deal_id and deal.version = %(deal)s
left join publish.live_offer as live on deal.offer_id = live.offer_id
where
    saved.customer_key = %(customer_key)s
    and saved.removed_at is null
    and (%(deal_id)s::uuid is null or saved.deal_id = %(deal_id)s::uuid)
order by saved.saved_at desc, saved.deal_id
limit 500
