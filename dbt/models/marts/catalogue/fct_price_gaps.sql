{{ config(indexes=[{'columns': ['sku', 'merchant_id'], 'unique': true}, {'columns': ['merchant_id']}]) }}

with

matches as (
    select * from {{ ref('int_offer_products') }}
    where band <> 'review'
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live and price_reporting is not null
),

ours as (
    select
        offers.sku,
        matches.product_id,
        offers.price_reporting
    from offers
    inner join matches on offers.offer_id = matches.offer_id
    where offers.is_house
),

theirs as (
    select distinct on (matches.product_id, offers.merchant_id)
        matches.product_id,
        offers.merchant_id,
        offers.offer_id,
        offers.price_reporting,
        offers.discount_pct
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    where not offers.is_house and offers.availability <> 'out_of_stock'
    order by matches.product_id, offers.merchant_id, offers.price_reporting, offers.offer_id
),

final as (
    select
        ours.sku,
        theirs.merchant_id,
        ours.product_id,
        theirs.offer_id,
        ours.price_reporting as ours_reporting,
        theirs.price_reporting as theirs_reporting,
        ours.price_reporting - theirs.price_reporting as gap_reporting,
        round(100 * (ours.price_reporting - theirs.price_reporting) / nullif(theirs.price_reporting, 0), 2) as gap_pct,
        theirs.discount_pct as their_discount_pct,
        (rank() over (partition by ours.sku order by theirs.price_reporting))::integer as rank,
        (count(*) over (partition by ours.sku))::integer as merchants,
        1 + (
            count(*) filter (where theirs.price_reporting < ours.price_reporting) over (partition by ours.sku)
        )::integer as position
    from ours
    inner join theirs on ours.product_id = theirs.product_id
)

select * from final
