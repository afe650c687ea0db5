-- What an alert would watch: the offers of a product, or one offer, as they are now; `amount` is the price in the asked currency.
select
    offer.product_id,
    offer.offer_id,
    coalesce(live.availability, offer.availability) as availability,
    case
        when coalesce(live.currency, offer.currency) = %(currency)s::text then coalesce(live.price, offer.price)
        when offer.reporting_currency = %(currency)s::text
            then case when live.offer_id is null then offer.price_reporting else live.price_reporting end
    end as amount
from publish.product_offer as offer
left join publish.live_offer as live on offer.offer_id = live.offer_id
where
    offer.version = %(product_offer)s
    and (%(product_id)s::uuid is null or offer.product_id = %(product_id)s::uuid)
    and (%(offer_id)s::uuid is null or offer.offer_id = %(offer_id)s::uuid)
