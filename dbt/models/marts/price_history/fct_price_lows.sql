{{ config(materialized='replaced') }}

with

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offer_lows') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
    where day = {{ business_day(as_of()) }}
),

listings as (
    select
        matches.product_id,
        offers.*,
        -- a merchant that sells in several currencies is shown in one of them
        min(offers.currency) over (partition by matches.product_id, offers.merchant_id) as shown_currency
    from matches
    inner join offers on matches.offer_id = offers.offer_id
),

lows as (
    select
        product_id,
        merchant_id,
        currency,
        max(observed_days) as observed_days,
        min(lowest_price) as lowest_price,
        (array_agg(lowest_price_at order by lowest_price nulls last, lowest_price_at desc))[1] as lowest_price_at,
        case when bool_or(is_watched) then min(lowest_seen_30d) end as lowest_price_30d
    from listings
    where currency = shown_currency
    group by product_id, merchant_id, currency
),

final as (
    select
        lows.product_id,
        lows.merchant_id,
        lows.currency,
        lows.observed_days,
        lows.lowest_price,
        lows.lowest_price_at,
        lows.lowest_price_30d,
        {{ to_reporting('lows.lowest_price', 'lows.currency', 'rates') }} as lowest_price_reporting,
        {{ to_reporting('lows.lowest_price_30d', 'lows.currency', 'rates') }} as lowest_price_30d_reporting
    from lows
    left join rates on lows.currency = rates.currency
)

select * from final
