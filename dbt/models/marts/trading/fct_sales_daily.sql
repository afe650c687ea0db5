{{ config(indexes=[{'columns': ['day', 'country', 'channel'], 'unique': true}]) }}

with

orders as (
    select
        day,
        coalesce(country, 'unknown') as country,
        coalesce(channel, 'unknown') as channel,
        count(*) filter (where not is_cancelled) as orders,
        count(*) filter (where is_cancelled) as cancelled_orders,
        count(distinct customer_key) filter (where not is_cancelled) as customers,
        sum(total_reporting) filter (where not is_cancelled) as billed_reporting,
        count(*) filter (where not is_cancelled and total_reporting is null) as orders_without_rate
    from {{ ref('fct_orders') }}
    group by 1, 2, 3
),

lines as (
    select
        day,
        coalesce(country, 'unknown') as country,
        coalesce(channel, 'unknown') as channel,
        sum(units) filter (where kind = 'sale') as units,
        -sum(units) filter (where kind = 'return') as returned_units,
        sum(revenue_reporting) filter (where kind = 'sale') as revenue_reporting,
        -sum(revenue_reporting) filter (where kind = 'return') as returned_reporting,
        sum(revenue_reporting) filter (where kind not in ('sale', 'return')) as fees_reporting,
        sum(revenue_reporting) as net_reporting,
        sum(tax_reporting) as tax_reporting,
        sum(cost_reporting) as cost_reporting,
        sum(margin_reporting) as margin_reporting,
        sum(saved_reporting) as saved_reporting,
        count(*) filter (where revenue_reporting is null) as lines_without_rate,
        count(*) filter (where tax_reporting is null) as lines_without_tax,
        count(*) filter (where cost_reporting is null) as lines_without_cost
    from {{ ref('fct_line_margins') }}
    group by 1, 2, 3
),

keys as (
    select
        day,
        country,
        channel
    from orders
    union
    select
        day,
        country,
        channel
    from lines
),

final as (
    select
        keys.day,
        keys.country,
        keys.channel,
        coalesce(orders.orders, 0)::integer as orders,
        coalesce(orders.cancelled_orders, 0)::integer as cancelled_orders,
        coalesce(orders.customers, 0)::integer as customers,
        coalesce(lines.units, 0)::integer as units,
        coalesce(lines.returned_units, 0)::integer as returned_units,
        coalesce(orders.billed_reporting, 0) as billed_reporting,
        coalesce(lines.revenue_reporting, 0) as revenue_reporting,
        coalesce(lines.returned_reporting, 0) as returned_reporting,
        coalesce(lines.fees_reporting, 0) as fees_reporting,
        coalesce(lines.net_reporting, 0) as net_reporting,
        coalesce(lines.tax_reporting, 0) as tax_reporting,
        coalesce(lines.cost_reporting, 0) as cost_reporting,
        coalesce(lines.margin_reporting, 0) as margin_reporting,
        coalesce(lines.saved_reporting, 0) as saved_reporting,
        coalesce(orders.orders_without_rate, 0)::integer as orders_without_rate,
        coalesce(lines.lines_without_rate, 0)::integer as lines_without_rate,
        coalesce(lines.lines_without_tax, 0)::integer as lines_without_tax,
        coalesce(lines.lines_without_cost, 0)::integer as lines_without_cost
    from keys
    left join orders on keys.day = orders.day and keys.country = orders.country and keys.channel = orders.channel
    left join lines on keys.day = lines.day and keys.country = lines.country and keys.channel = lines.channel
)

select * from final
