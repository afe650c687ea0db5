-- Orders and their worth are shared among the channels, visits are counted once: nothing is lost on the way to the day.
with

daily as (
    select
        coalesce(sum(orders_last_touch), 0) as orders,
        coalesce(sum(revenue_last_touch), 0) as revenue,
        coalesce(sum(revenue_markov), 0) as revenue_markov,
        coalesce(sum(sessions), 0) as sessions
    from {{ ref('fct_marketing_daily') }}
),

orders as (
    select
        count(*) as orders,
        coalesce(sum(total_reporting), 0) as revenue
    from {{ ref('fct_orders') }}
    where not is_cancelled and event_at <= {{ as_of() }}
),

visits as (
    select count(*) as sessions
    from {{ ref('fct_sessions') }}
)

select
    daily.*,
    orders.orders as all_orders,
    orders.revenue as all_revenue,
    visits.sessions as all_sessions
from daily
cross join orders
cross join visits
where
    daily.orders <> orders.orders
    or abs(daily.revenue - orders.revenue) > 0.0001 * orders.orders + 1
    or abs(daily.revenue_markov - orders.revenue) > 0.0001 * orders.orders + 1
    or daily.sessions <> visits.sessions
