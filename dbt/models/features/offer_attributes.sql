{{ config(indexes=[{'columns': ['offer_id'], 'unique': true}]) }}

with

offers as (
    select * from {{ ref('fct_offers') }}
),

answers as (
    select * from {{ ref('stg_people__match_reviews') }}
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

-- what people said of an offer is of its features: an answer given, changed or withdrawn makes the next matching look again
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
        merchant_id,
        country,
        language,
        item_group_key,
        title,
        variant_title,
        brand,
        gtin,
        mpn,
        sku,
        category_path,
        description,
        image_url,
        url,
        price,
        currency,
        price_reporting,
        is_live,
        md5(row(
            merchant_id, country, language, item_group_key, title, variant_title, brand, gtin, mpn, sku, category_path,
            description
        )::text || coalesce(answered.said, '')) as features_hash
    from offers
    left join answered on offers.offer_id = answered.offer_id
)

select * from final
