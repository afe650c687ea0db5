{{ config(indexes=[{'columns': ['sku'], 'unique': true}]) }}

with

skus as (
    select * from {{ ref('house_sku') }}
    where is_active
),

stock as (
    select * from {{ ref('int_stock') }}
),

demand as (
    select
        sku,
        sum(units) filter (where day >= {{ business_day(as_of()) }} - 7)::integer as units_7d,
        sum(units)::integer as units_28d
    from {{ ref('fct_demand_daily') }}
    where day >= {{ business_day(as_of()) }} - 28
    group by sku
),

-- an article's product is looked up, not read with all others
matches as not materialized (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select distinct matches.product_id
    from skus
    inner join matches on skus.offer_id = matches.offer_id
),

offers as (
    select * from {{ ref('fct_product_offers') }}
    where is_live and not is_house and availability <> 'out_of_stock' and band <> 'review'
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
    where day = {{ business_day(as_of()) }}
),

lows as (
    select
        skus.offer_id,
        versions.currency,
        min(versions.price) as lowest_30d
    from skus
    inner join {{ ref('int_offer_versions') }} as versions on skus.offer_id = versions.offer_id
    where
        versions.valid_from <= {{ as_of() }}
        and (versions.valid_to is null or versions.valid_to > {{ as_of() }} - interval '30 days')
    group by skus.offer_id, versions.currency
),

-- each merchant counts once, with its best price
merchant_prices as (
    select
        offers.product_id,
        offers.merchant_id,
        min(offers.price_reporting) as price_reporting
    from products
    inner join offers on products.product_id = offers.product_id
    where offers.price_reporting is not null
    group by offers.product_id, offers.merchant_id
),

competitors as (
    select
        product_id,
        min(price_reporting) as lowest,
        percentile_cont(0.5) within group (order by price_reporting)::numeric as median,
        count(*)::integer as merchants
    from merchant_prices
    group by product_id
),

final as (
    select
        skus.sku,
        {{ as_of() }} as as_of,
        matches.product_id,
        skus.category,
        skus.cost,
        skus.minimum_price,
        skus.price as current_price,
        skus.currency,
        case when skus.reference_price > skus.price then skus.reference_price end as reference_price,
        stock.stock,
        coalesce(demand.units_7d, 0) as units_7d,
        coalesce(demand.units_28d, 0) as units_28d,
        skus.lead_time_days,
        {{ from_reporting('competitors.lowest', 'skus.currency', 'rates') }} as competitor_lowest,
        {{ from_reporting('competitors.median', 'skus.currency', 'rates') }} as competitor_median,
        coalesce(competitors.merchants, 0) as competitor_count,
        lows.lowest_30d
    from skus
    left join stock on skus.sku = stock.sku
    left join demand on skus.sku = demand.sku
    left join matches on skus.offer_id = matches.offer_id
    left join competitors on matches.product_id = competitors.product_id
    left join rates on skus.currency = rates.currency
    left join lows on skus.offer_id = lows.offer_id and skus.currency = lows.currency
)

select * from final
