{{ config(materialized='replaced') }}

with

offers as (
    select * from {{ ref('int_offers') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
    where day = {{ business_day(as_of()) }}
),

answers as (
    select * from {{ ref('match_reviews') }}
    where answer <> 'unsure'
),

both_sides as (
    select
        offer_a as offer_id,
        offer_b as other_id,
        answer
    from answers
    union all
    select
        offer_b as offer_id,
        offer_a as other_id,
        answer
    from answers
),

-- what people said of an offer is of its features: an answer given, changed or withdrawn makes the next matching look again. It
-- obeys the answers of match_reviews: one that is not in there yet may be in no hash
answered as (
    select
        offer_id,
        string_agg(other_id || ' ' || answer, ',' order by other_id) as said
    from both_sides
    group by offer_id
),

final as (
    select
        offers.offer_id,
        {{ as_of() }} as as_of,
        offers.merchant_id,
        offers.country,
        offers.language,
        offers.item_group_key,
        offers.title,
        offers.variant_title,
        offers.brand,
        offers.gtin,
        offers.mpn,
        offers.sku,
        offers.category_path,
        offers.description,
        offers.image_url,
        offers.url,
        offers.price,
        offers.currency,
        {{ to_reporting('offers.price', 'offers.currency', 'rates') }} as price_reporting,
        offers.is_live,
        coalesce(md5(offers.content_hash || answered.said), offers.content_hash) as features_hash
    from offers
    left join rates on offers.currency = rates.currency
    left join answered on offers.offer_id = answered.offer_id
)

select * from final
