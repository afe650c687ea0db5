{{ config(indexes=[{'columns': ['offer_id'], 'unique': true}]) }}

with

offers as (
    select * from {{ ref('fct_offers') }}
),

final as (
    select
        offer_id,
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
        )::text) as features_hash
    from offers
)

select * from final
