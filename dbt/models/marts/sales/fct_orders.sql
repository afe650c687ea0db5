{{ config(
    materialized='incremental',
    unique_key='order_id',
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id'], 'unique': true}, {'columns': ['customer_key']}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__order_updates') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

orders as (
    select * from {{ ref('stg_shop__orders') }}
    {%- if since %}
    -- an array, so that the newest states of these orders alone are sought
    where order_id = any(
            array(
                select order_id from {{ ref('stg_shop__order_updates') }}
                where {{ is_news(since) }}
                union
                select order_id from {{ this }}
                where {{ may_have_another_rate(since) }}
            )
        )
    {%- endif %}
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
