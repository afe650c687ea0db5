with

source as (
    select * from {{ source('raw', 'offer_observations') }}
),

final as (
    select
        offer_id,
        merchant_id,
        source_kind,
        country::text as country,
        native_product_id,
        native_variant_id,
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
        currency::text as currency,
        reference_price,
        reference_kind,
        sale_start,
        sale_end,
        shipping_cost,
        tax_included,
        coupon_code,
        affiliate_url,
        terms,
        language,
        rating,
        review_count,
        availability,
        presence = 'gone' as is_gone,
        confidence,
        flags,
        row_hash,
        crawl_id,
        document_url,
        source_updated_at,
        observed_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
