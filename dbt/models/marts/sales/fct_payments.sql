{{ config(
    materialized='incremental',
    unique_key='payment_id',
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['payment_id'], 'unique': true}, {'columns': ['order_id']}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__payment_updates') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

payments as (
    select * from {{ ref('stg_shop__payments') }}
    {%- if since %}
    -- an array, so that the newest states of these payments alone are sought
    where payment_id = any(
            array(
                select payment_id from {{ ref('stg_shop__payment_updates') }}
                where {{ is_news(since) }}
                union
                select payment_id from {{ this }}
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
