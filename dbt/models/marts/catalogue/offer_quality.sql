{{ config(materialized='replaced') }}

with

offers as (
    select * from {{ ref('fct_offers') }}
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
        case
            when length(trim(offers.title)) < 10 then 'short'
            when length(offers.title) > 200 then 'long'
            when offers.title ~ '[[:alpha:]]{4}' and offers.title = upper(offers.title) then 'shouting'
            when offers.title ~* '(!!|\m(?:gratis|top angebot|best price|hot deal|free shipping)\M)' then 'advertising'
        end as title_weakness
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
