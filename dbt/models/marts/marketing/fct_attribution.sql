{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ take_news() }}",
        "{{ note_sessions_with_news() }}",
        "{{ note_orders_to_attribute() }}",
    ],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id', 'channel'], 'unique': true}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__order_updates') }}, {{ ref('stg_shop__events') }}, {{ ref('fct_events') }}
-- depends_on: {{ ref('fct_sessions') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

touches as (
    select * from {{ ref('fct_touchpoints') }}
    {%- if since %}
    where order_id in (select order_id from orders_to_attribute)
    {%- endif %}
),

effects as (
    select * from {{ ref('fct_channel_effects') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where not is_cancelled and event_at <= {{ as_of() }}
),

-- a guest's order is nobody's first
firsts as (
    select distinct on (customer_key) order_id
    from {{ ref('fct_orders') }}
    where
        not is_cancelled
        and event_at <= {{ as_of() }}
        and customer_key is not null {{ only_customers_of('orders_to_attribute') if since }}
    order by customer_key, event_at, order_id
),

weighed as (
    select
        order_id,
        channel,
        touch_no,
        touches,
        power(2::double precision, -days_before / {{ var("half_life_days") }}) as freshness,
        case
            when touches = 1 then 1
            when touches = 2 then 0.5
            when touch_no in (1, touches) then 0.4
            else 0.2 / (touches - 2)
        end as position_weight
    from touches
),

by_channel as (
    select
        order_id,
        channel,
        count(*)::integer as touches,
        count(*) filter (where touch_no = 1)::numeric as first_touch,
        count(*) filter (where touch_no = touches)::numeric as last_touch,
        count(*)::numeric / max(touches) as linear,
        sum(freshness) as freshness,
        sum(position_weight) as position_based
    from weighed
    group by order_id, channel
),

final as (
    select
        by_channel.order_id,
        by_channel.channel,
        orders.day,
        orders.country,
        firsts.order_id is not null as is_first_order,
        orders.total_reporting,
        by_channel.touches,
        by_channel.first_touch,
        by_channel.last_touch,
        round(by_channel.linear, 8) as linear,
        round((by_channel.freshness / sum(by_channel.freshness) over one_order)::numeric, 8) as time_decay,
        round(by_channel.position_based, 8) as position_based,
        -- where no channel of an order has an effect, they share alike
        round(
            coalesce(
                effects.removal_effect / nullif(sum(effects.removal_effect) over one_order, 0),
                1.0 / count(*) over one_order
            ),
            8
        ) as markov
    from by_channel
    inner join orders on by_channel.order_id = orders.order_id
    left join firsts on by_channel.order_id = firsts.order_id
    left join effects on by_channel.channel = effects.channel
    window one_order as (partition by by_channel.order_id)
)

select * from final
