{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ queue_rateless_offers() }}",
        "{{ forget_queued_offers() }}",
    ],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['offer_id', 'day'], 'unique': true}, {'columns': ['day']}],
) }}

with

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
    {%- if built_for() %}
    where offer_id in ({{ queued_offers() }})
    {%- endif %}
),

steps as (
    select
        offer_id,
        merchant_id,
        settled_price as price,
        is_glitch,
        currency,
        valid_from,
        known_from,
        {{ business_day('valid_from') }} as day,
        -- the price that stood until this moment, unless the offer was away or changed its currency
        case
            when
                lag(valid_to) over (partition by offer_id order by valid_from) = valid_from
                and lag(currency) over (partition by offer_id order by valid_from) = currency
                then lag(settled_price) over (partition by offer_id order by valid_from)
        end as price_before
    from versions
),

moves as (
    select
        *,
        last_value(currency) over (
            partition by offer_id, day order by valid_from rows between unbounded preceding and unbounded following
        ) as last_currency,
        last_value(price) over (
            partition by offer_id, day order by valid_from rows between unbounded preceding and unbounded following
        ) as last_price
    from steps
    where price_before is distinct from price or is_glitch
),

daily as (
    select
        offer_id,
        merchant_id,
        day,
        min(least(price, price_before)) as low,
        max(greatest(price, price_before)) as high,
        last_price as price,
        bool_or(is_glitch) as is_glitch,
        currency,
        max(known_from) as known_at
    from moves
    where currency = last_currency
    group by offer_id, merchant_id, day, last_price, currency
),

final as (
    select
        daily.offer_id,
        daily.merchant_id,
        daily.day,
        daily.low,
        daily.high,
        daily.price,
        daily.is_glitch,
        daily.currency,
        {{ to_reporting('daily.low', 'daily.currency', 'rates') }} as low_reporting,
        {{ rate_day('daily.currency', 'daily.day', 'rates') }} as rate_day,
        daily.known_at
    from daily
    left join rates on daily.currency = rates.currency and daily.day = rates.day
)

select * from final
