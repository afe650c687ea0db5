{{ config(materialized='replaced') }}

with

offers as (
    select * from {{ ref('int_offers') }}
),

stock as (
    select * from {{ ref('int_stock') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
    where day = {{ business_day(as_of()) }}
),

{{ last_sights() }},

-- a join of which a query reads nothing is left out of its plan: each stands on a unique key
final as (
    select
        offers.offer_id,
        offers.merchant_id,
        offers.country,
        offers.language,
        offers.item_group_key,
        offers.title,
        offers.variant_title,
        offers.description,
        offers.brand,
        offers.gtin,
        offers.mpn,
        offers.sku,
        offers.category_path,
        offers.condition,
        offers.url,
        offers.affiliate_url,
        offers.image_url,
        offers.coupon_code,
        offers.terms,
        offers.price,
        offers.currency,
        {{ to_reporting('offers.price', 'offers.currency', 'rates') }} as price_reporting,
        {{ rate_day('offers.currency', business_day(as_of()), 'rates') }} as rate_day,
        offers.reference_price,
        offers.reference_kind,
        offers.discount_pct,
        offers.sale_start,
        offers.sale_end,
        offers.shipping_cost,
        offers.rating,
        offers.review_count,
        case
            when not offers.is_house then offers.availability
            when stock.stock is null then 'unknown'
            when stock.stock > 0 then 'in_stock'
            when offers.stock_policy in ('backorder', 'continue') then 'backorder'
            else 'out_of_stock'
        end as availability,
        case when offers.is_house then stock.stock end as stock,
        offers.is_live,
        offers.is_house,
        offers.first_seen_at,
        {{ last_seen_at('offers') }} as last_seen_at,
        offers.valid_from as changed_at,
        offers.valid_to as gone_at
    from offers
    left join rates on offers.currency = rates.currency
    left join stock on offers.is_house and offers.sku = stock.sku
    left join documents on offers.merchant_id = documents.merchant_id and offers.document_url = documents.url
    left join crawls on offers.merchant_id = crawls.merchant_id
)

select * from final
