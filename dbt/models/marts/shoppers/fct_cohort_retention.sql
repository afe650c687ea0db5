{{ config(indexes=[{'columns': ['cohort_month', 'months_since'], 'unique': true}]) }}
{%- set this_month = "date_trunc('month', " ~ business_day(as_of()) ~ ")::date" %}

with

orders as (
    select
        customer_key,
        date_trunc('month', day)::date as month,
        count(*)::integer as orders,
        coalesce(sum(total_reporting), 0) as revenue_reporting
    from {{ ref('fct_orders') }}
    where customer_key is not null and not is_cancelled and event_at <= {{ as_of() }}
    group by customer_key, date_trunc('month', day)
),

cohorts as (
    select
        customer_key,
        min(month) as cohort_month
    from orders
    group by customer_key
),

sizes as (
    select
        cohort_month,
        count(*)::integer as customers
    from cohorts
    group by cohort_month
),

-- every month up to this one, also those in which nobody came back
grid as (
    select
        sizes.cohort_month,
        sizes.customers,
        months.month::date as month,
        (
            12 * (extract(year from months.month) - extract(year from sizes.cohort_month))
            + extract(month from months.month) - extract(month from sizes.cohort_month)
        )::integer as months_since
    from sizes
    cross join lateral generate_series(
        sizes.cohort_month::timestamp,
        {{ this_month }}::timestamp,
        interval '1 month'
    ) as months (month)
),

active as (
    select
        cohorts.cohort_month,
        orders.month,
        count(*)::integer as customers,
        sum(orders.orders)::integer as orders,
        sum(orders.revenue_reporting) as revenue_reporting
    from orders
    inner join cohorts on orders.customer_key = cohorts.customer_key
    group by cohorts.cohort_month, orders.month
),

final as (
    select
        grid.cohort_month,
        grid.months_since,
        grid.month,
        grid.customers,
        coalesce(active.customers, 0) as active_customers,
        round(coalesce(active.customers, 0)::numeric / grid.customers, 4) as retention,
        coalesce(active.orders, 0) as orders,
        coalesce(active.revenue_reporting, 0) as revenue_reporting,
        grid.month = {{ this_month }} as is_running
    from grid
    left join active on grid.cohort_month = active.cohort_month and grid.month = active.month
)

select * from final
