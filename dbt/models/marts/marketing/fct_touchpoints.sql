{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '256MB'",
        "{{ take_news() }}",
        "{{ note_sessions_with_news() }}",
        "{{ note_orders_to_redo() }}",
    ],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id', 'touch_no'], 'unique': true}, {'columns': ['session_key']}],
) }}
-- depends_on: {{ ref('stg_shop__events') }}, {{ ref('stg_shop__order_updates') }}
{%- set since = built_for() %}

with

looked_at as (
    select * from {{ ref('fct_orders') }}
    {%- if since %}
    where order_id in (select order_id from orders_to_redo)
    {%- endif %}
),

orders as (
    select * from looked_at
    where not is_cancelled and event_at <= {{ as_of() }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where customer_key is not null
),

visits as (
    select
        orders.order_id,
        sessions.session_key,
        {{ or_unknown('sessions.channel') }} as channel,
        sessions.started_at as touched_at,
        orders.day,
        orders.event_at as ordered_at
    from orders
    inner join sessions
        on
            orders.customer_key = sessions.customer_key
            and sessions.started_at between orders.event_at - {{ lookback() }} and orders.event_at
),

-- of an order that no visit leads to (a guest's, or another shop window's) the order itself says where it came from
unvisited as (
    select
        orders.order_id,
        null::uuid as session_key,
        {{ or_unknown('orders.channel') }} as channel,
        orders.event_at as touched_at,
        orders.day,
        orders.event_at as ordered_at
    from orders
    left join visits on orders.order_id = visits.order_id
    where visits.order_id is null
),

touches as (
    select * from visits
    union all
    select * from unvisited
),

final as (
    select
        order_id,
        row_number() over (partition by order_id order by touched_at, session_key)::integer as touch_no,
        count(*) over (partition by order_id)::integer as touches,
        session_key,
        channel,
        touched_at,
        round((extract(epoch from ordered_at - touched_at) / 86400)::numeric, 4) as days_before,
        day
    from touches
)

select * from final
