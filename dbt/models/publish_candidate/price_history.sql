with

matches as (
    select * from {{ ref('int_offer_products') }}
    where {{ may_be_shown('product', 'product_id') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
    where {{ may_be_shown('merchant', 'merchant_id') }}
),

changes as (
    select * from {{ ref('fct_price_daily') }}
    where day > {{ business_day(as_of()) }} - 180
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

settled as (
    select
        versions.offer_id,
        versions.settled_price as price,
        versions.currency,
        versions.valid_from,
        versions.valid_to,
        coalesce(versions.suspect_until > offers.last_seen_at, false) as is_suspect
    from {{ ref('int_offer_versions') }} as versions
    inner join offers on versions.offer_id = offers.offer_id
    where versions.valid_to is null or versions.valid_to > {{ as_of() }} - interval '181 days'
),

confirmed as (
    select
        *,
        last_value(case when not is_suspect then price end) over (
            partition by offer_id
            order by is_suspect desc, valid_from
            rows between unbounded preceding and unbounded following
        ) as confirmed_price
    from settled
),

-- until a jump was seen to last, the price before it is told, however often the price moved since
versions as (
    select
        offer_id,
        case when is_suspect then coalesce(confirmed_price, price) else price end as price,
        currency,
        valid_from,
        coalesce(valid_to, 'infinity') as valid_to
    from confirmed
),

listings as (
    select
        matches.product_id,
        offers.offer_id,
        offers.merchant_id,
        offers.is_live,
        -- a merchant that sells in several currencies is shown in one of them
        min(offers.currency) over (partition by matches.product_id, offers.merchant_id) as currency
    from matches
    inner join offers on matches.offer_id = offers.offer_id
),

days as (
    select
        listings.product_id,
        listings.merchant_id,
        changes.day
    from listings
    inner join changes on listings.offer_id = changes.offer_id
    union
    select
        product_id,
        merchant_id,
        {{ business_day(as_of()) }} - 180 as day
    from listings
    union
    select
        product_id,
        merchant_id,
        {{ business_day(as_of()) }} as day
    from listings
    where is_live
),

bounded as materialized (
    select
        *,
        {{ start_of_day('day') }} as starts_at,
        {{ start_of_day('day + 1') }} as ends_at
    from days
),

daily as (
    select
        days.product_id,
        days.merchant_id,
        days.day,
        listings.currency,
        min(versions.price) as low,
        max(versions.price) as high
    from bounded as days
    inner join listings on days.product_id = listings.product_id and days.merchant_id = listings.merchant_id
    inner join versions
        on
            listings.offer_id = versions.offer_id
            and listings.currency = versions.currency
            and days.starts_at < versions.valid_to
            and days.ends_at > versions.valid_from
    group by days.product_id, days.merchant_id, days.day, listings.currency
),

final as (
    select
        daily.product_id,
        daily.merchant_id,
        daily.day,
        daily.low::numeric(14, 2) as low,
        daily.high::numeric(14, 2) as high,
        daily.currency,
        ({{ to_reporting('daily.low', 'daily.currency', 'rates') }})::numeric(14, 2) as low_reporting,
        {{ as_of() }} as as_of
    from daily
    left join rates on daily.currency = rates.currency and daily.day = rates.day
)

select * from final
