-- One row: by product that can be bought now, what moves of its cheapest offer in stock, else of the cheapest of which nobody
-- says that it is not. What stands still of an offer is read once a version (offers_of_products.sql).
with

offers as (
    select
        offer.product_id,
        offer.offer_id,
        offer.reporting_currency,
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
),

best as (
    select distinct on (product_id) *
    from offers
    where availability in ('in_stock', 'unknown') and coalesce(stock, 1) > 0
    order by product_id, availability = 'unknown', price_reporting nulls last, offer_id
)

select
    json_object_agg(
        product_id,
        json_build_object(
            'offer_id', offer_id,
            'is_live', is_live,
            'availability', availability,
            'observed_at', observed_at,
            'discount_pct', discount_pct,
            'price', json_build_object('amount', round(price, 2)::text, 'currency', currency),
            'price_reporting', case
                when price_reporting is not null
                    then json_build_object('amount', round(price_reporting, 2)::text, 'currency', reporting_currency)
            end,
            'reference_price', case
                when reference_price is not null
                    then json_build_object('amount', round(reference_price, 2)::text, 'currency', currency)
            end
        )
    )::text as moved
from best
