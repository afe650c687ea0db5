{{ config(
    materialized='incremental',
    unique_key='delivery_id',
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['delivery_id'], 'unique': true}, {'columns': ['order_id']}, {'columns': ['outcome', 'day']}],
) }}
-- depends_on: {{ ref('stg_shop__delivery_updates') }}, {{ ref('stg_shop__order_updates') }}
{%- set since = built_for() %}
{%- set today = business_day(as_of()) %}

with

deliveries as (
    select * from {{ ref('stg_shop__deliveries') }}
    {%- if since %}
    -- an array, so that the newest states of these alone are sought
    where delivery_id = any(
            array(
                select delivery_id from {{ ref('stg_shop__delivery_updates') }}
                where {{ is_news(since) }}
                union
                select before.delivery_id
                from {{ ref('stg_shop__order_updates') }} as orders
                inner join {{ this }} as before on orders.order_id = before.order_id
                where {{ is_news(since, 'orders') }}
                union
                -- by now it may be late
                select delivery_id from {{ this }}
                where outcome = 'under_way'
            )
        )
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

dated as (
    select
        deliveries.delivery_id,
        deliveries.order_id,
        deliveries.line_no,
        deliveries.carrier,
        coalesce(deliveries.country, orders.country) as country,
        deliveries.status,
        orders.day as ordered_on,
        deliveries.promised_from,
        deliveries.promised_to,
        {{ business_day('deliveries.shipped_at') }} as shipped_on,
        {{ business_day('deliveries.delivered_at') }} as delivered_on,
        coalesce(
            deliveries.promised_to,
            {{ business_day('coalesce(deliveries.shipped_at, deliveries.updated_at)') }}
        ) as day,
        deliveries.updated_at
    from deliveries
    left join orders on deliveries.order_id = orders.order_id
),

-- who never hears of a parcel again does not wait for ever
ended as (
    select
        *,
        case
            when delivered_on is not null or status = 'delivered' then 'delivered'
            when status in ('cancelled', 'canceled', 'returned') then 'cancelled'
            when status = 'lost' then 'lost'
            when day + {{ var("lost_days") }} < {{ today }} then 'missing'
            else 'under_way'
        end as outcome
    from dated
),

final as (
    select
        delivery_id,
        order_id,
        line_no,
        carrier,
        country,
        status,
        outcome,
        day,
        ordered_on,
        promised_from,
        promised_to,
        shipped_on,
        delivered_on,
        delivered_on - ordered_on as days_from_order,
        delivered_on - shipped_on as days_on_the_road,
        case outcome
            when 'delivered' then delivered_on - promised_to
            when 'under_way' then case when promised_to < {{ today }} then {{ today }} - promised_to end
        end as days_late,
        case
            when promised_to is null or outcome = 'cancelled' then null
            when outcome = 'delivered' then delivered_on > promised_to
            when outcome in ('lost', 'missing') or promised_to < {{ today }} then true
        end as is_late,
        outcome = 'under_way' and promised_to is not null and promised_to < {{ today }} as is_overdue,
        outcome in ('lost', 'missing') as is_lost,
        updated_at
    from ended
)

select * from final
