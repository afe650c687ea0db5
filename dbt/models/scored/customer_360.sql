{{ config(indexes=[{'columns': ['customer_key'], 'unique': true}, {'columns': ['segment']}]) }}

with

customers as (
    select * from {{ ref('customer_value') }}
),

people as (
    select * from {{ ref('dim_customer') }}
),

-- fifths among those who bought; who ties stands in the lower one
ranked as (
    select
        customer_key,
        {{ fifth('last_order_at') }} as recency_fifth,
        {{ fifth('orders') }} as frequency_fifth,
        {{ fifth('revenue_reporting') }} as money_fifth
    from customers
    where orders > 0
),

final as (
    select
        customers.customer_key,
        {{ as_of() }} as as_of,
        customers.country,
        people.city,
        people.language,
        customers.registered_at,
        customers.first_touch,
        customers.orders,
        customers.first_order_at,
        customers.last_order_at,
        floor(extract(epoch from {{ as_of() }} - customers.last_order_at) / 86400)::integer as recency_days,
        customers.revenue_reporting,
        customers.returned_reporting,
        customers.mean_order_reporting,
        customers.days_between_orders,
        customers.units,
        customers.units_returned,
        customers.discount_share,
        customers.categories,
        customers.category,
        customers.brand,
        customers.price_band,
        customers.channel,
        customers.device,
        customers.active_hour,
        customers.sessions,
        customers.last_seen_at,
        customers.deals_discovered,
        customers.deal_clicks,
        ranked.recency_fifth,
        ranked.frequency_fifth,
        ranked.money_fifth,
        case
            when customers.orders = 0 then 'prospect'
            when customers.orders = 1 and customers.first_order_at > {{ as_of() }} - interval '30 days' then 'new'
            when ranked.recency_fifth >= 4 and ranked.frequency_fifth >= 4 and ranked.money_fifth >= 4 then 'champion'
            when ranked.recency_fifth >= 3 and ranked.frequency_fifth >= 4 then 'loyal'
            when ranked.recency_fifth <= 2 and greatest(ranked.frequency_fifth, ranked.money_fifth) >= 4 then 'at_risk'
            when ranked.recency_fifth <= 2 then 'lapsed'
            when ranked.recency_fifth >= 4 then 'promising'
            else 'regular'
        end as segment
    from customers
    left join people on customers.customer_key = people.customer_key
    left join ranked on customers.customer_key = ranked.customer_key
)

select * from final
