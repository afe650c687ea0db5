-- One row per offer of each product: what can be bought first, cheapest first.
with

final as (
    select
        offer.product_id,
        offer.offer_id,
        offer.merchant_id,
        offer.merchant_name,
        offer.merchant_reputation,
        offer.title,
        offer.variant_title,
        offer.url,
        offer.affiliate_url,
        offer.condition,
        offer.reporting_currency,
        offer.rate_day,
        offer.shipping_cost,
        offer.band,
        offer.probability,
        offer.deal_id,
        offer.verdict,
        live.offer_id is not null as is_live,
        live.stock,
        coalesce(live.price, offer.price) as price,
        coalesce(live.currency, offer.currency) as currency,
        case when live.offer_id is null then offer.price_reporting else live.price_reporting end as price_reporting,
        coalesce(live.availability, offer.availability) as availability,
        coalesce(live.observed_at, offer.observed_at) as observed_at,
        case when live.offer_id is null or live.currency = offer.currency then offer.reference_price end as reference_price,
        case
            when live.offer_id is null then offer.discount_pct
            when live.currency = offer.currency and offer.reference_price > 0
                then greatest(round(100 * (1 - live.price / offer.reference_price), 2), 0)
        end as discount_pct
    from publish.product_offer as offer
    left join publish.live_offer as live on offer.offer_id = live.offer_id
    where offer.version = %(product_offer)s and offer.product_id = any(%(product_ids)s::uuid[])
)

select *
from final
order by product_id, availability = 'in_stock' desc, price_reporting nulls last, merchant_id, offer_id
