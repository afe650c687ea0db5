{{ config(
    pre_hook=["set local work_mem = '128MB'", "set local enable_nestloop = off"],
    indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['merchant_id']}],
) }}

with

sightings as (
    select * from {{ ref('int_offer_sightings') }}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
),

observations as (
    select * from {{ ref('int_offer_observations') }}
),

stock as (
    select * from {{ ref('int_stock') }}
),

policies as (
    select distinct on (offer_id)
        offer_id,
        stock_policy
    from {{ ref('stg_shop__product_updates') }}
    order by offer_id, updated_at desc, loaded_at desc, batch_id desc, row_no desc
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
    where day = {{ business_day(as_of()) }}
),

unchanged as (
    select
        merchant_id,
        url,
        max(observed_at) as observed_at
    from {{ ref('stg_merchants__crawl_documents') }}
    where status = 'unchanged'
    group by merchant_id, url
),

-- of a change-only history we know that a complete crawl saw every offer that was not reported gone
undocumented as (
    select
        merchant_id,
        max(observed_at) as observed_at
    from {{ ref('int_crawls') }}
    where is_complete and not is_documented
    group by merchant_id
),

offers as (
    select
        observations.*,
        sightings.first_seen_at,
        versions.valid_from,
        versions.valid_to,
        observations.merchant_id = '{{ var("shop_id") }}' as is_house,
        case
            when observations.merchant_id = '{{ var("shop_id") }}' then coalesce(versions.valid_to, {{ as_of() }})
            when versions.valid_to is null then greatest(sightings.observed_at, unchanged.observed_at, undocumented.observed_at)
            else greatest(sightings.observed_at, least(undocumented.observed_at, versions.valid_from))
        end as last_seen_at,
        row_number() over (partition by sightings.offer_id order by versions.valid_from desc) as newest
    from sightings
    inner join versions
        on
            sightings.offer_id = versions.offer_id
            and sightings.observed_at >= versions.valid_from
            and (versions.valid_to is null or sightings.observed_at < versions.valid_to)
    inner join observations
        on
            sightings.offer_id = observations.offer_id
            and sightings.observed_at = observations.observed_at
            and sightings.batch_id = observations.batch_id
            and sightings.row_no = observations.row_no
    left join unchanged on sightings.merchant_id = unchanged.merchant_id and sightings.document_url = unchanged.url
    left join undocumented on sightings.merchant_id = undocumented.merchant_id
),

final as (
    select
        offers.offer_id,
        offers.merchant_id,
        offers.country,
        offers.language,
        offers.merchant_id || ':' || offers.item_group_id as item_group_key,
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
        case when offers.reference_price > offers.price then offers.reference_price end as reference_price,
        case when offers.reference_price > offers.price then offers.reference_kind end as reference_kind,
        {{ discount_pct('offers.price', 'offers.reference_price') }} as discount_pct,
        offers.sale_start,
        offers.sale_end,
        offers.shipping_cost,
        offers.rating,
        offers.review_count,
        case
            when not offers.is_house then offers.availability
            when stock.stock is null then 'unknown'
            when stock.stock > 0 then 'in_stock'
            when policies.stock_policy in ('backorder', 'continue') then 'backorder'
            else 'out_of_stock'
        end as availability,
        case when offers.is_house then stock.stock end as stock,
        offers.valid_to is null
        and offers.last_seen_at >= {{ as_of() }} - interval '{{ var("stale_days") }} days' as is_live,
        offers.is_house,
        offers.first_seen_at,
        offers.last_seen_at,
        offers.valid_from as changed_at,
        offers.valid_to as gone_at
    from offers
    left join rates on offers.currency = rates.currency
    left join stock on offers.is_house and offers.sku = stock.sku
    left join policies on offers.offer_id = policies.offer_id
    where offers.newest = 1
)

select * from final
