{{ config(
    pre_hook="set local work_mem = '64MB'",
    indexes=[{'columns': ['sku', 'with_sku'], 'unique': true}, {'columns': ['with_sku']}],
) }}

with

bought as (
    select distinct
        order_id,
        sku
    from {{ ref('fct_line_margins') }}
    where kind = 'sale' and day >= {{ business_day(as_of()) }} - {{ var("basket_days") }}
),

-- who buys a whole assortment says little of what belongs together, and would make most of the pairs
sizes as (
    select
        order_id,
        count(*) as skus
    from bought
    group by order_id
),

baskets as (
    select bought.*
    from bought
    inner join sizes on bought.order_id = sizes.order_id
    where sizes.skus between 2 and 20
),

totals as (
    select count(*) as orders from sizes
),

singles as (
    select
        sku,
        count(*) as orders
    from bought
    group by sku
),

pairs as (
    select
        one.sku,
        other.sku as with_sku,
        count(*) as orders
    from baskets as one
    inner join baskets as other on one.order_id = other.order_id and one.sku < other.sku
    group by one.sku, other.sku
    having count(*) > 1
),

final as (
    select
        pairs.sku,
        pairs.with_sku,
        pairs.orders::integer as orders,
        round(pairs.orders::numeric / totals.orders, 6) as support,
        round(pairs.orders::numeric / ones.orders, 4) as confidence,
        round(pairs.orders::numeric / others.orders, 4) as confidence_back,
        round(pairs.orders::numeric * totals.orders / (ones.orders * others.orders), 4) as lift
    from pairs
    cross join totals
    inner join singles as ones on pairs.sku = ones.sku
    inner join singles as others on pairs.with_sku = others.sku
)

select * from final
