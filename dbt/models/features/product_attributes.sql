{{ config(indexes=[{'columns': ['product_id'], 'unique': true}]) }}

with

products as (
    select * from {{ ref('dim_product') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live
),

ranked as (
    select
        matches.product_id,
        offers.price_reporting,
        offers.discount_pct,
        row_number() over (
            partition by matches.product_id order by offers.price_reporting nulls last, offers.offer_id
        ) as rank,
        bool_or(offers.availability <> 'out_of_stock')
            over (partition by matches.product_id)
            as is_available
    from matches
    inner join offers on matches.offer_id = offers.offer_id
),

final as (
    select
        products.product_id,
        {{ as_of() }} as as_of,
        products.item_group_id,
        products.title,
        products.brand,
        products.category,
        ranked.price_reporting,
        coalesce(ranked.discount_pct, 0) as discount_pct,
        products.house_sku,
        products.live_offers as offers,
        products.live_merchants as merchants,
        coalesce(ranked.is_available, false) as is_available,
        products.first_seen_at
    from products
    left join ranked on products.product_id = ranked.product_id and ranked.rank = 1
)

select * from final
