{{ config(
    pre_hook="set local work_mem = '128MB'",
    indexes=[{'columns': ['product_id', 'day'], 'unique': true}, {'columns': ['day']}],
) }}
{%- set first_day = business_day(as_of()) ~ " - " ~ var("index_days") %}

with

-- a match that waits for review is no evidence about prices
matches as (
    select * from {{ ref('int_offer_products') }}
    where band <> 'review'
),

offers as (
    select * from {{ ref('fct_offers') }}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
    where valid_to is null or valid_to >= {{ start_of_day(first_day) }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

contested as (
    select matches.product_id
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    group by matches.product_id
    having count(distinct offers.merchant_id) > 1
),

-- an offer that nobody saw for long stands no more
spans as (
    select
        matches.product_id,
        versions.merchant_id,
        offers.is_house,
        versions.settled_price as price,
        versions.currency,
        versions.availability,
        versions.valid_from,
        coalesce(
            versions.valid_to,
            case when not offers.is_live then offers.last_seen_at + interval '{{ var("stale_days") }} days' end,
            'infinity'
        ) as valid_to
    from contested
    inner join matches on contested.product_id = matches.product_id
    inner join offers on matches.offer_id = offers.offer_id
    inner join versions on matches.offer_id = versions.offer_id
),

moved as (
    select
        product_id,
        greatest({{ business_day('valid_from') }}, {{ first_day }}) as day
    from spans
    union
    select
        product_id,
        {{ business_day('valid_to') }} as day
    from spans
    where valid_to <= {{ as_of() }}
),

moments as (
    select
        product_id,
        day,
        least({{ start_of_day('day + 1') }}, {{ through_as_of() }}) as moment
    from moved
    where day >= {{ first_day }}
),

-- each merchant counts once, with its best price at the day's end
prices as (
    select
        moments.product_id,
        moments.day,
        spans.merchant_id,
        spans.is_house,
        count(*) as offers,
        min({{ to_reporting('spans.price', 'spans.currency', 'rates') }}) as price_reporting
    from moments
    inner join spans
        on moments.product_id = spans.product_id and moments.moment > spans.valid_from and moments.moment <= spans.valid_to
    left join rates on spans.currency = rates.currency and moments.day = rates.day
    where coalesce(spans.availability, 'unknown') <> 'out_of_stock'
    group by moments.product_id, moments.day, spans.merchant_id, spans.is_house
),

placed as (
    select
        *,
        min(price_reporting) filter (where is_house) over (partition by product_id, day) as ours
    from prices
    where price_reporting is not null
),

indexed as (
    select
        product_id,
        day,
        sum(offers)::integer as offers,
        count(*)::integer as merchants,
        min(price_reporting) as lowest_reporting,
        percentile_cont(0.5) within group (order by price_reporting)::numeric as median_reporting,
        max(price_reporting) as highest_reporting,
        max(ours) as ours_reporting,
        case when max(ours) is not null then (1 + count(*) filter (where price_reporting < ours))::integer end as position
    from placed
    group by product_id, day
),

final as (
    select
        product_id,
        day,
        offers,
        merchants,
        lowest_reporting,
        round(median_reporting, 4) as median_reporting,
        highest_reporting,
        ours_reporting,
        position,
        round(100 * ours_reporting / nullif(median_reporting, 0), 2) as ours_to_median_pct,
        round(
            100 * median_reporting / nullif(first_value(median_reporting) over (partition by product_id order by day), 0), 2
        ) as price_index
    from indexed
)

select * from final
