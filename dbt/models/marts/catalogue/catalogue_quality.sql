{{ config(indexes=[{'columns': ['merchant_id'], 'unique': true}]) }}

with

offers as (
    select * from {{ ref('offer_quality') }}
),

final as (
    select
        merchant_id,
        count(*)::integer as offers,
        count(*) filter (where product_id is null)::integer as unmatched,
        count(*) filter (where lacks_brand)::integer as without_brand,
        count(*) filter (where lacks_gtin)::integer as without_gtin,
        count(*) filter (where lacks_image)::integer as without_image,
        count(*) filter (where lacks_category)::integer as without_category,
        count(*) filter (where lacks_description)::integer as without_description,
        count(*) filter (where title_weakness is not null)::integer as weak_titles,
        round(avg(quality), 4) as quality
    from offers
    group by merchant_id
)

select * from final
