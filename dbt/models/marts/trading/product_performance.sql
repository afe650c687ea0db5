{{ config(indexes=[{'columns': ['product_id'], 'unique': true}]) }}
{%- set today = business_day(as_of()) %}
{%- set days = var("performance_days") %}

with

products as (
    select * from {{ ref('dim_product') }}
),

resolved as (
    select * from {{ ref('int_products') }}
),

matches as not materialized (
    select * from {{ ref('int_offer_products') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

sku_products as (
    select
        skus.sku,
        matches.product_id
    from {{ ref('house_sku') }} as skus
    inner join matches on skus.offer_id = matches.offer_id
),

days as (
    select
        *,
        day >= {{ today }} - {{ days }} as is_recent
    from {{ ref('fct_traffic_daily') }}
    where day >= {{ today }} - {{ 2 * days }} and day < {{ today }}
),

-- what was seen names the product, our article or the deal
seen as (
    select
        days.*,
        coalesce(resolved.resolved_id, sku_products.product_id, matches.product_id) as of_product_id
    from days
    left join resolved on days.product_id = resolved.product_id
    left join sku_products on days.sku = sku_products.sku
    left join deals on days.deal_id = deals.deal_id
    left join matches on deals.offer_id = matches.offer_id
),

traffic as (
    select
        of_product_id as product_id,
        sum(impressions) filter (where is_recent) as impressions,
        sum(clicks) filter (where is_recent) as clicks,
        sum(views) filter (where is_recent) as views,
        sum(visits) filter (where is_recent) as visits,
        sum(carts) filter (where is_recent) as carts,
        sum(views) filter (where not is_recent) as views_before
    from seen
    where of_product_id is not null
    group by of_product_id
),

lines as (
    select
        *,
        day >= {{ today }} - {{ days }} as is_recent
    from {{ ref('fct_line_margins') }}
    where day >= {{ today }} - {{ 2 * days }} and day < {{ today }}
),

sold as (
    select
        sku_products.product_id,
        count(distinct lines.order_id) filter (where lines.is_recent and lines.kind = 'sale') as orders,
        sum(lines.units) filter (where lines.is_recent and lines.kind = 'sale') as units,
        -sum(lines.units) filter (where lines.is_recent and lines.kind = 'return') as returned_units,
        sum(lines.revenue_reporting) filter (where lines.is_recent and lines.kind = 'sale') as revenue_reporting,
        sum(lines.margin_reporting) filter (where lines.is_recent) as margin_reporting,
        sum(lines.units) filter (where not lines.is_recent and lines.kind = 'sale') as units_before,
        sum(lines.revenue_reporting) filter (where not lines.is_recent and lines.kind = 'sale') as revenue_before_reporting
    from lines
    inner join sku_products on lines.sku = sku_products.sku
    group by sku_products.product_id
),

final as (
    select
        products.product_id,
        products.title,
        products.brand,
        products.category,
        products.house_sku,
        coalesce(traffic.impressions, 0)::integer as impressions,
        coalesce(traffic.clicks, 0)::integer as clicks,
        round(coalesce(traffic.clicks, 0)::numeric / nullif(traffic.impressions, 0), 4) as click_rate,
        coalesce(traffic.views, 0)::integer as views,
        coalesce(traffic.visits, 0)::integer as visits,
        coalesce(traffic.carts, 0)::integer as carts,
        coalesce(sold.orders, 0)::integer as orders,
        round(coalesce(sold.orders, 0)::numeric / nullif(traffic.visits, 0), 4) as conversion,
        coalesce(sold.units, 0)::integer as units,
        coalesce(sold.revenue_reporting, 0) as revenue_reporting,
        coalesce(sold.margin_reporting, 0) as margin_reporting,
        coalesce(sold.returned_units, 0)::integer as returned_units,
        round(coalesce(sold.returned_units, 0)::numeric / nullif(sold.units, 0), 4) as return_rate,
        coalesce(traffic.views_before, 0)::integer as views_before,
        coalesce(sold.units_before, 0)::integer as units_before,
        coalesce(sold.revenue_before_reporting, 0) as revenue_before_reporting,
        round(coalesce(traffic.views, 0)::numeric / nullif(traffic.views_before, 0) - 1, 4) as views_trend,
        round(coalesce(sold.units, 0)::numeric / nullif(sold.units_before, 0) - 1, 4) as units_trend
    from products
    left join traffic on products.product_id = traffic.product_id
    left join sold on products.product_id = sold.product_id
    where traffic.product_id is not null or sold.product_id is not null
)

select * from final
