{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ take_news() }}",
        "{{ note_sessions_with_news() }}",
        "{{ note_customers_to_redo() }}",
    ],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['customer_key'], 'unique': true}, {'columns': ['last_order_at']}],
) }}
-- depends_on: {{ ref('stg_shop__customer_updates') }}, {{ ref('stg_shop__order_updates') }}
-- depends_on: {{ ref('stg_shop__order_line_updates') }}, {{ ref('stg_shop__product_updates') }}
-- depends_on: {{ ref('stg_shop__events') }}, {{ ref('fct_events') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

customers as (
    select * from {{ ref('dim_customer') }}
    where true {{ only_customers_to_redo(since) }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where customer_key is not null and event_at <= {{ as_of() }} {{ only_customers_to_redo(since) }}
),

lines as (
    select * from {{ ref('fct_order_lines') }}
    where event_at <= {{ as_of() }}
),

skus as (
    select * from {{ ref('house_sku') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where customer_key is not null and started_at <= {{ as_of() }} {{ only_customers_to_redo(since) }}
),

ordered as (
    select
        customer_key,
        count(*) filter (where not is_cancelled)::integer as orders,
        count(*) filter (where is_cancelled)::integer as cancelled_orders,
        count(*) filter (where not is_cancelled and promotion_code is not null)::integer as orders_with_code,
        count(*) filter (where not is_cancelled and total_reporting is null)::integer as orders_without_rate,
        sum(total_reporting) filter (where not is_cancelled) as revenue_reporting,
        min(event_at) filter (where not is_cancelled) as first_order_at,
        max(event_at) filter (where not is_cancelled) as last_order_at,
        mode() within group (order by channel) filter (where not is_cancelled) as channel
    from orders
    group by customer_key
),

bought as (
    select
        orders.customer_key,
        sum(lines.quantity) filter (where lines.kind = 'sale')::integer as units,
        sum(abs(lines.quantity)) filter (where lines.kind = 'return')::integer as units_returned,
        sum(abs(lines.amount_reporting)) filter (where lines.kind = 'return') as returned_reporting,
        sum(lines.unit_price_reporting * lines.quantity) filter (where lines.kind = 'sale') as listed_reporting,
        sum(lines.amount_reporting) filter (where lines.kind = 'sale') as paid_reporting,
        avg(lines.unit_price_reporting) filter (where lines.kind = 'sale') as mean_price_reporting,
        count(distinct skus.category) filter (where lines.kind = 'sale')::integer as categories,
        mode() within group (order by skus.category) filter (where lines.kind = 'sale') as category,
        mode() within group (order by skus.brand) filter (where lines.kind = 'sale') as brand
    from lines
    inner join orders on lines.order_id = orders.order_id and not orders.is_cancelled
    left join skus on lines.sku = skus.sku
    group by orders.customer_key
),

visited as (
    select
        customer_key,
        count(*)::integer as sessions,
        max(ended_at) as last_seen_at,
        sum(deals_discovered)::integer as deals_discovered,
        sum(deal_clicks)::integer as deal_clicks,
        mode() within group (order by device) as device,
        mode() within group (order by {{ business_hour('started_at') }}) as active_hour,
        (array_agg(channel order by started_at, session_key))[1] as first_touch
    from sessions
    group by customer_key
),

everybody as (
    select customer_key from customers
    union
    select customer_key from ordered
),

final as (
    select
        everybody.customer_key,
        customers.country,
        customers.registered_at,
        coalesce(visited.first_touch, customers.channel) as first_touch,
        coalesce(ordered.orders, 0) as orders,
        coalesce(ordered.cancelled_orders, 0) as cancelled_orders,
        coalesce(ordered.orders_with_code, 0) as orders_with_code,
        coalesce(ordered.orders_without_rate, 0) as orders_without_rate,
        ordered.first_order_at,
        ordered.last_order_at,
        coalesce(ordered.revenue_reporting, 0) as revenue_reporting,
        round(ordered.revenue_reporting / nullif(ordered.orders - ordered.orders_without_rate, 0), 4) as mean_order_reporting,
        round(
            (extract(epoch from ordered.last_order_at - ordered.first_order_at) / 86400 / nullif(ordered.orders - 1, 0))::numeric,
            2
        ) as days_between_orders,
        coalesce(bought.units, 0) as units,
        coalesce(bought.units_returned, 0) as units_returned,
        coalesce(bought.returned_reporting, 0) as returned_reporting,
        round(1 - bought.paid_reporting / nullif(bought.listed_reporting, 0), 4) as discount_share,
        coalesce(bought.categories, 0) as categories,
        bought.category,
        bought.brand,
        case
            when bought.mean_price_reporting < 50 then '0-50'
            when bought.mean_price_reporting < 100 then '50-100'
            when bought.mean_price_reporting < 200 then '100-200'
            when bought.mean_price_reporting >= 200 then '200+'
        end as price_band,
        ordered.channel,
        visited.device,
        visited.active_hour,
        coalesce(visited.sessions, 0) as sessions,
        visited.last_seen_at,
        coalesce(visited.deals_discovered, 0) as deals_discovered,
        coalesce(visited.deal_clicks, 0) as deal_clicks
    from everybody
    left join customers on everybody.customer_key = customers.customer_key
    left join ordered on everybody.customer_key = ordered.customer_key
    left join bought on everybody.customer_key = bought.customer_key
    left join visited on everybody.customer_key = visited.customer_key
)

select * from final
