{{ config(
    materialized='incremental',
    unique_key=['order_id', 'line_no'],
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id', 'line_no'], 'unique': true}, {'columns': ['sku', 'day']}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__order_line_updates') }}, {{ ref('stg_reference__fx_rates') }}
{%- set since = built_for() %}

with

lines as (
    select * from {{ ref('stg_shop__order_lines') }}
    {%- if since %}
    -- an array, so that the newest states of these orders alone are sought
    where order_id = any(
            array(
                select order_id from {{ ref('stg_shop__order_line_updates') }}
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

amounts as (
    select
        *,
        {{ business_day('event_at') }} as day,
        unit_price * quantity - coalesce(discount, 0) as amount
    from lines
),

final as (
    select
        amounts.order_id,
        amounts.line_no,
        amounts.shop_id,
        amounts.sku,
        amounts.kind,
        amounts.quantity,
        amounts.unit_price,
        amounts.discount,
        amounts.amount,
        amounts.currency,
        {{ to_reporting('amounts.unit_price', 'amounts.currency', 'rates') }} as unit_price_reporting,
        {{ to_reporting('amounts.amount', 'amounts.currency', 'rates') }} as amount_reporting,
        {{ rate_day('amounts.currency', 'amounts.day', 'rates') }} as rate_day,
        amounts.day,
        amounts.event_at,
        amounts.updated_at
    from amounts
    left join rates on amounts.currency = rates.currency and amounts.day = rates.day
)

select * from final
