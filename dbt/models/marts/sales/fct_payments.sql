{{ config(indexes=[{'columns': ['payment_id'], 'unique': true}, {'columns': ['order_id']}]) }}

with

payments as (
    select * from {{ ref('stg_shop__payments') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

final as (
    select
        payments.payment_id,
        payments.order_id,
        payments.method,
        payments.status,
        payments.amount,
        payments.currency,
        {{ to_reporting('payments.amount', 'payments.currency', 'rates') }} as amount_reporting,
        {{ rate_day('payments.currency', business_day('payments.event_at'), 'rates') }} as rate_day,
        {{ business_day('payments.event_at') }} as day,
        payments.event_at
    from payments
    left join rates on payments.currency = rates.currency and {{ business_day('payments.event_at') }} = rates.day
)

select * from final
