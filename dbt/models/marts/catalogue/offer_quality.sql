{{ config(materialized='replaced') }}

with

offers as (
    select * from {{ ref('int_offers') }}
    where is_live
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

judged as (
    select
        offers.offer_id,
        offers.merchant_id,
        matches.product_id,
        offers.title,
        offers.image_url,
        offers.brand is null as lacks_brand,
        offers.gtin is null as lacks_gtin,
        offers.image_url is null as lacks_image,
        offers.category_path is null as lacks_category,
        coalesce(length(trim(offers.description)), 0) < 40 as lacks_description,
        offers.title_weakness
    from offers
    left join matches on offers.offer_id = matches.offer_id
),

final as (
    select
        *,
        round(
            1
            - (
                lacks_brand::integer + lacks_gtin::integer + lacks_image::integer + lacks_category::integer
                + lacks_description::integer + (title_weakness is not null)::integer
            ) / 6.0, 4
        ) as quality
    from judged
)

select * from final
