-- Every offer that was ever seen stands in the mart once, and those in force ask there what their newest version asks.
with

seen as (
    select
        count(*) as offers,
        count(distinct merchant_id) as merchants
    from {{ ref('int_offer_sightings') }}
),

in_force as (
    select
        count(*) as offers,
        sum(price) as price
    from {{ ref('int_offer_versions') }}
    where valid_to is null
),

kept as (
    select
        count(*) as offers,
        count(distinct merchant_id) as merchants,
        count(*) filter (where gone_at is null) as offers_in_force,
        sum(price) filter (where gone_at is null) as price
    from {{ ref('fct_offers') }}
)

select
    seen.offers as seen_offers,
    kept.offers as kept_offers,
    in_force.offers as offers_in_force,
    kept.offers_in_force as kept_in_force,
    in_force.price as price_in_force,
    kept.price as kept_price
from seen
cross join in_force
cross join kept
where
    (seen.offers, seen.merchants) is distinct from (kept.offers, kept.merchants)
    or (in_force.offers, in_force.price) is distinct from (kept.offers_in_force, kept.price)
