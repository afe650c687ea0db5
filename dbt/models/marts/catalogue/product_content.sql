{{ config(materialized='replaced') }}

with

offers as (
    select * from {{ ref('offer_quality') }}
    where product_id is not null
),

final as (
    select
        product_id,
        count(*)::integer as offers,
        count(distinct image_url)::integer as images,
        bool_and(lacks_brand) as lacks_brand,
        bool_and(lacks_gtin) as lacks_gtin,
        bool_and(lacks_description) as lacks_description,
        bool_and(title_weakness is not null) as lacks_a_good_title,
        max(quality) as best_quality
    from offers
    group by product_id
)

select * from final
