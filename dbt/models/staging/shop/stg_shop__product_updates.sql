with

source as (
    select * from {{ source('raw_shop', 'shop_products') }}
),

final as (
    select
        offer_id,
        shop_id,
        sku,
        title,
        variant_title,
        description,
        brand,
        category,
        gtin,
        mpn,
        image_url,
        url,
        item_group_id,
        country::text as country,
        price,
        currency::text as currency,
        reference_price,
        cost,
        minimum_price,
        stock_policy,
        lead_time_days,
        rating,
        review_count,
        tax_class,
        is_active,
        updated_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
