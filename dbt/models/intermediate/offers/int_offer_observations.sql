{{ config(materialized='view') }}

with

crawled as (
    select * from {{ ref('stg_merchants__offer_observations') }}
),

house as (
    select * from {{ ref('stg_shop__product_updates') }}
),

final as (
    select
        offer_id,
        merchant_id,
        country,
        item_group_id,
        url,
        title,
        variant_title,
        description,
        image_url,
        brand,
        gtin,
        mpn,
        sku,
        category_path,
        condition,
        price,
        currency,
        reference_price,
        reference_kind,
        sale_start,
        sale_end,
        shipping_cost,
        coupon_code,
        affiliate_url,
        terms,
        language,
        rating,
        review_count,
        availability,
        is_gone,
        row_hash,
        crawl_id,
        document_url,
        observed_at,
        loaded_at,
        batch_id,
        row_no
    from crawled
    union all
    select
        offer_id,
        '{{ var("shop_id") }}' as merchant_id,
        country,
        item_group_id,
        coalesce(url, '') as url,
        title,
        variant_title,
        description,
        image_url,
        brand,
        gtin,
        mpn,
        sku,
        category as category_path,
        'new' as condition,
        price,
        currency,
        reference_price,
        case when reference_price is not null then 'regular' end as reference_kind,
        null::timestamptz as sale_start,
        null::timestamptz as sale_end,
        null::numeric as shipping_cost,
        null::text as coupon_code,
        null::text as affiliate_url,
        null::text as terms,
        null::text as language,
        rating,
        review_count,
        -- stock speaks for our own offers (fct_offers)
        'unknown' as availability,
        not is_active as is_gone,
        md5(row(
            title, variant_title, description, brand, category, gtin, mpn, image_url, url, price, currency, reference_price
        )::text) as row_hash,
        null::text as crawl_id,
        null::text as document_url,
        updated_at as observed_at,
        loaded_at,
        batch_id,
        row_no
    from house
)

select * from final
