{{ config(indexes=[{'columns': ['order_id'], 'unique': true}, {'columns': ['session_key']}]) }}
{%- set slack = "interval '" ~ var('order_minutes') ~ " minutes'" %}

with

sessions as (
    select * from {{ ref('fct_sessions') }}
    where customer_key is not null and purchases > 0
),

orders as (
    select * from {{ ref('fct_orders') }}
    where customer_key is not null
),

-- an order belongs to the visit of its customer whose purchase stands nearest to it
final as (
    select distinct on (orders.order_id)
        orders.order_id,
        sessions.session_key,
        orders.customer_key,
        sessions.channel,
        sessions.device,
        sessions.country,
        sessions.day,
        orders.is_cancelled,
        orders.total_reporting,
        orders.event_at
    from orders
    inner join sessions
        on
            orders.customer_key = sessions.customer_key
            and orders.event_at between sessions.started_at - {{ slack }} and sessions.ended_at + {{ slack }}
    order by orders.order_id, abs(extract(epoch from orders.event_at - sessions.purchased_at)), sessions.session_key
)

select * from final
