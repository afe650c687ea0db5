{{ config(
    tags=['after_matching'],
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_queued_products() }}"],
    post_hook=["{{ clear_product_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['product_id'], 'unique': true}],
) }}

with

products as (
    select * from {{ source('predictions', 'product') }}
),

offers as (
    select * from {{ ref('fct_product_offers') }}
    {%- if built_for() %}
    where product_id in ({{ queued_products() }})
    {%- endif %}
),

seen as (
    select
        product_id,
        min(first_seen_at) as first_seen_at,
        count(*)::integer as offers,
        count(*) filter (where is_live)::integer as live_offers,
        count(distinct merchant_id) filter (where is_live)::integer as live_merchants,
        min(sku) filter (where is_house and is_live) as house_sku,
        (array_agg(offer_id order by price_reporting nulls last, offer_id) filter (where is_live))[1] as cheapest_offer_id,
        coalesce(bool_or(availability <> 'out_of_stock') filter (where is_live), false) as is_available
    from offers
    group by product_id
),

final as (
    select
        products.product_id,
        products.item_group_id,
        products.title,
        products.brand,
        products.category,
        products.category_confidence,
        products.subcategory,
        products.google_category_id,
        products.tags,
        products.gtin,
        products.image_url,
        seen.house_sku,
        seen.offers,
        seen.live_offers,
        seen.live_merchants,
        seen.first_seen_at,
        cheapest.price_reporting,
        cheapest.discount_pct,
        seen.is_available
    from products
    inner join seen on products.product_id = seen.product_id
    left join offers as cheapest on seen.cheapest_offer_id = cheapest.offer_id
)

select * from final
