{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["{{ take_news() }}", "{{ note_orders_to_reconcile() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id'], 'unique': true}, {'columns': ['finding', 'day']}],
) }}
-- depends_on: {{ ref('stg_shop__order_updates') }}, {{ ref('stg_shop__payment_updates') }}
-- depends_on: {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

orders as (
    select * from {{ ref('fct_orders') }}
    {%- if since %}
    where order_id in (select order_id from orders_to_reconcile)
    {%- endif %}
),

payments as (
    select * from {{ ref('fct_payments') }}
    {%- if since %}
    where order_id in (select order_id from orders_to_reconcile)
    {%- endif %}
),

directed as (
    select
        *,
        {{ payment_direction('status', 'amount') }} as direction
    from payments
),

moved as (
    select
        order_id,
        count(*) filter (where direction = 'taken') as payments,
        count(*) filter (where direction = 'given_back') as refunds,
        coalesce(sum(amount) filter (where direction = 'taken'), 0.0000) as paid,
        coalesce(sum(abs(amount)) filter (where direction = 'given_back'), 0.0000) as refunded,
        case
            when count(*) = count(amount_reporting)
                then sum(case when direction = 'taken' then amount_reporting else -abs(amount_reporting) end)
        end as kept_reporting,
        min(currency) as currency,
        min(currency) <> max(currency) as has_two_currencies,
        min(day) as first_day,
        max(event_at) as last_payment_at
    from directed
    where direction is not null
    group by order_id
),

told as (
    select count(*) > 0 as tells_payments
    from (select payment_id from {{ ref('fct_payments') }} order by payment_id limit 1) as first_payment
),

joined as (
    select
        coalesce(orders.order_id, moved.order_id) as order_id,
        orders.order_id is not null as is_known,
        coalesce(orders.day, moved.first_day) as day,
        orders.is_cancelled,
        coalesce(orders.currency, moved.currency) as currency,
        moved.has_two_currencies or moved.currency <> orders.currency as has_another_currency,
        case when orders.is_cancelled then 0.0000 else orders.total end as due,
        coalesce(moved.payments, 0) as payments,
        coalesce(moved.refunds, 0) as refunds,
        coalesce(moved.paid, 0.0000) as paid,
        coalesce(moved.refunded, 0.0000) as refunded,
        case when orders.is_cancelled then 0.0000 else orders.total_reporting end as due_reporting,
        case when moved.order_id is null then 0.0000 else moved.kept_reporting end as kept_reporting,
        moved.last_payment_at
    from orders
    full outer join moved on orders.order_id = moved.order_id
),

final as (
    select
        joined.order_id,
        joined.day,
        case
            when not joined.is_known then 'unknown_order'
            when joined.has_another_currency then 'currency_differs'
            when joined.refunded > joined.paid then 'refunded_more'
            when joined.is_cancelled and joined.paid > joined.refunded then 'paid_though_cancelled'
            when joined.paid - joined.refunded > greatest(joined.due, 0) and joined.payments > 1 then 'paid_twice'
            when joined.paid - joined.refunded > greatest(joined.due, 0) then 'paid_more'
            when not told.tells_payments then 'not_told'
            when joined.due > 0 and joined.paid = 0 then 'unpaid'
            when joined.due > joined.paid then 'paid_less'
            else 'fine'
        end as finding,
        joined.currency,
        joined.due,
        joined.payments,
        joined.paid,
        joined.refunds,
        joined.refunded,
        joined.paid - joined.refunded - joined.due as difference,
        joined.due_reporting,
        joined.kept_reporting,
        joined.last_payment_at
    from joined
    cross join told
)

select * from final
