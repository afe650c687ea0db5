{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_offer_versions') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
),

final as (
    select
        versions.offer_id,
        versions.merchant_id,
        versions.country,
        versions.valid_from,
        versions.valid_to,
        coalesce(versions.valid_to, offers.last_seen_at) as last_seen_at,
        versions.known_from,
        versions.title,
        versions.condition,
        versions.price,
        versions.is_glitch,
        versions.currency,
        versions.reference_price,
        versions.reference_kind,
        versions.availability,
        versions.sale_start,
        versions.sale_end,
        versions.shipping_cost,
        versions.coupon_code
    from versions
    inner join offers on versions.offer_id = offers.offer_id
)

select * from final
