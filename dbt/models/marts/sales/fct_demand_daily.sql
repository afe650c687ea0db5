{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '256MB'",
        "{{ take_news() }}",
        "{{ note_demand_to_redo() }}",
    ],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['sku', 'day'], 'unique': true}],
) }}
-- depends_on: {{ ref('stg_shop__order_line_updates') }}, {{ ref('stg_shop__order_updates') }}
-- depends_on: {{ ref('stg_shop__inventory_movement_updates') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

skus as (
    select * from {{ ref('house_sku') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

lines as (
    select lines.*
    from {{ ref('fct_order_lines') }} as lines
    {%- if since %}
    inner join demand_to_fill as firsts on lines.sku = firsts.sku and lines.day >= firsts.first_day
    {%- endif %}
),

product_updates as (
    select * from {{ ref('stg_shop__product_updates') }}
),

ledger as (
    select * from {{ ref('fct_inventory_ledger') }}
),

promotions as (
    select distinct on (promotion_id, sku)
        promotion_id,
        sku,
        starts_at,
        ends_at
    from {{ ref('stg_shop__promotion_updates') }}
    order by promotion_id, sku, updated_at desc, loaded_at desc, batch_id desc, row_no desc
),

holidays as (
    select * from {{ ref('stg_reference__calendar_days') }}
    where holiday is not null
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

sales as (
    select
        lines.sku,
        lines.day,
        sum(lines.quantity)::integer as units,
        case when count(*) = count(lines.amount_reporting) then sum(lines.amount_reporting) end as revenue_reporting
    from lines
    left join orders on lines.order_id = orders.order_id
    where {{ is_wanted('lines', 'orders') }}
    group by lines.sku, lines.day
),

-- the first day to compute of each sku
firsts as (
    {% if since -%}
    select
        sku,
        first_day
    from demand_to_fill
    {%- else -%}
    select
        sku,
        min(day) as first_day
    from (
        select
            sku,
            {{ business_day('first_listed_at') }} as day
        from skus
        union all
        select
            sku,
            day
        from sales
    ) as days
    group by sku
    {%- endif %}
),

grid as (
    select
        firsts.sku,
        days.day::date as day
    from firsts
    cross join lateral generate_series(
        firsts.first_day::timestamp,
        ({{ business_day(as_of()) }} - 1)::timestamp,
        interval '1 day'
    ) as days (day)
),

-- the price at the end of each day on which it changed; what happened before the first day of the grid stands on that day
prices as (
    select distinct on (updates.sku, greatest(updates.day, firsts.first_day))
        updates.sku,
        greatest(updates.day, firsts.first_day) as day,
        updates.price,
        updates.currency
    from (
        select
            *,
            {{ business_day('updated_at') }} as day
        from product_updates
    ) as updates
    inner join firsts on updates.sku = firsts.sku
    order by
        updates.sku,
        greatest(updates.day, firsts.first_day),
        updates.updated_at desc,
        updates.loaded_at desc,
        updates.batch_id desc,
        updates.row_no desc
),

stock_moves as (
    select
        ledger.sku,
        greatest(ledger.day, firsts.first_day) as day,
        sum(ledger.closing - ledger.opening) as quantity
    from ledger
    inner join firsts on ledger.sku = firsts.sku
    group by ledger.sku, greatest(ledger.day, firsts.first_day)
),

promoted as (
    select distinct
        promotions.sku,
        days.day::date as day
    from promotions
    cross join lateral generate_series(
        {{ business_day('promotions.starts_at') }}::timestamp,
        least(
            {{ business_day("promotions.ends_at - interval '1 microsecond'") }}, {{ business_day(as_of()) }} - 1
        )::timestamp,
        interval '1 day'
    ) as days (day)
),

dense as (
    select
        grid.sku,
        grid.day,
        skus.category,
        skus.country,
        coalesce(sales.units, 0) as units,
        case when sales.sku is null then 0 else sales.revenue_reporting end as revenue_reporting,
        prices.price,
        prices.currency,
        promoted.sku is not null as on_promotion,
        sum(stock_moves.quantity) over days as stock,
        count(prices.sku) over days as price_no
    from grid
    left join skus on grid.sku = skus.sku
    left join sales on grid.sku = sales.sku and grid.day = sales.day
    left join prices on grid.sku = prices.sku and grid.day = prices.day
    left join stock_moves on grid.sku = stock_moves.sku and grid.day = stock_moves.day
    left join promoted on grid.sku = promoted.sku and grid.day = promoted.day
    window days as (partition by grid.sku order by grid.day)
),

priced as (
    select
        *,
        first_value(price) over (partition by sku, price_no order by day) as price_carried,
        first_value(currency) over (partition by sku, price_no order by day) as currency_carried
    from dense
),

final as (
    select
        priced.sku,
        priced.day,
        coalesce(priced.category, 'other') as category,
        priced.units,
        priced.revenue_reporting,
        {{ to_reporting('priced.price_carried', 'priced.currency_carried', 'rates') }} as price_reporting,
        priced.on_promotion,
        coalesce(priced.stock <= 0, false) as is_stock_out,
        holidays.day is not null as is_holiday
    from priced
    left join holidays on priced.country = holidays.country and priced.day = holidays.day
    left join rates on priced.currency_carried = rates.currency and priced.day = rates.day
)

select * from final
