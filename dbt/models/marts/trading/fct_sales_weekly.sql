{{ config(indexes=[{'columns': ['week', 'country'], 'unique': true}]) }}

with

days as (
    select
        *,
        date_trunc('week', day::timestamp)::date as week
    from {{ ref('fct_sales_daily') }}
),

customers as (
    select
        date_trunc('week', day::timestamp)::date as week,
        coalesce(country, 'unknown') as country,
        count(distinct customer_key)::integer as customers
    from {{ ref('fct_orders') }}
    where not is_cancelled
    group by date_trunc('week', day::timestamp)::date, coalesce(country, 'unknown')
),

weeks as (
    select
        week,
        country,
        sum(orders)::integer as orders,
        sum(cancelled_orders)::integer as cancelled_orders,
        sum(units)::integer as units,
        sum(returned_units)::integer as returned_units,
        sum(billed_reporting) as billed_reporting,
        sum(revenue_reporting) as revenue_reporting,
        sum(net_reporting) as net_reporting,
        sum(tax_reporting) as tax_reporting,
        sum(margin_reporting) as margin_reporting,
        sum(saved_reporting) as saved_reporting
    from days
    group by week, country
),

befores as (
    select
        weeks.*,
        lag(week) over (partition by country order by week) as week_before,
        lag(revenue_reporting) over (partition by country order by week) as revenue_before
    from weeks
),

final as (
    select
        befores.week,
        befores.country,
        befores.week + 7 <= {{ business_day(as_of()) }} as is_complete,
        befores.orders,
        befores.cancelled_orders,
        coalesce(customers.customers, 0) as customers,
        befores.units,
        befores.returned_units,
        befores.billed_reporting,
        befores.revenue_reporting,
        befores.net_reporting,
        befores.tax_reporting,
        befores.margin_reporting,
        befores.saved_reporting,
        round(befores.billed_reporting / nullif(befores.orders, 0), 4) as average_order_reporting,
        case
            when befores.week_before = befores.week - 7
                then round(befores.revenue_reporting / nullif(befores.revenue_before, 0) - 1, 4)
        end as revenue_change
    from befores
    left join customers on befores.week = customers.week and befores.country = customers.country
)

select * from final
