{{ config(materialized='replaced') }}

with

lows as (
    select * from {{ ref('offer_low_prices') }}
),

looks as (
    {{ looks_of_merchants() }}
),

watched as (
    select
        lows.offer_id,
        lows.merchant_id,
        lows.currency,
        lows.lowest_price,
        lows.lowest_price_at,
        lows.lowest_seen_30d,
        {{ looks_while_listed('lows', "'-infinity'", 'looks.looks') }} as observed_days,
        {{ looks_while_listed('lows', as_of() ~ " - interval '40 days'", 'looks.looks') }} >= {{ var("low_days") }} as is_watched
    from lows
    left join looks on lows.merchant_id = looks.merchant_id
),

final as (
    select
        offer_id,
        merchant_id,
        currency,
        observed_days,
        is_watched,
        lowest_price,
        lowest_price_at,
        lowest_seen_30d,
        case when is_watched then lowest_seen_30d end as lowest_price_30d
    from watched
)

select * from final
