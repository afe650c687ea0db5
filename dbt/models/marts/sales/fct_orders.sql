{{ config(indexes=[{'columns': ['order_id'], 'unique': true}, {'columns': ['customer_key']}]) }}

with

orders as (
    select * from {{ ref('stg_shop__orders') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

final as (
    select
        orders.order_id,
        orders.shop_id,
        orders.customer_key,
        orders.status,
        orders.status in ('cancelled', 'canceled', 'failed', 'fraud') as is_cancelled,
        orders.country,
        orders.channel,
        orders.promotion_code,
        orders.total,
        orders.shipping,
        orders.discount,
        orders.currency,
        {{ to_reporting('orders.total', 'orders.currency', 'rates') }} as total_reporting,
        {{ rate_day('orders.currency', business_day('orders.event_at'), 'rates') }} as rate_day,
        {{ business_day('orders.event_at') }} as day,
        orders.event_at,
        orders.updated_at
    from orders
    left join rates on orders.currency = rates.currency and {{ business_day('orders.event_at') }} = rates.day
)

select * from final
