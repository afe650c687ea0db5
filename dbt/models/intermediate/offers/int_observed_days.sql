{{ config(indexes=[{'columns': ['merchant_id', 'day'], 'unique': true}]) }}

with

crawls as (
    select * from {{ ref('int_crawls') }}
),

house as (
    select min(updated_at) as first_at
    from {{ ref('stg_shop__product_updates') }}
),

crawled as (
    select
        merchant_id,
        {{ business_day('observed_at') }} as day,
        max(observed_at) as observed_at
    from crawls
    where is_complete
    group by merchant_id, {{ business_day('observed_at') }}
),

-- our own prices are known at every moment: each day counts, at its end
watched as (
    select
        '{{ var("shop_id") }}' as merchant_id,
        days.day::date as day,
        least(
            {{ as_of() }},
            (days.day + interval '1 day') at time zone '{{ var("shop_timezone") }}' - interval '1 microsecond'
        ) as observed_at
    from house
    cross join lateral generate_series(
        {{ business_day('house.first_at') }}::timestamp, {{ business_day(as_of()) }}::timestamp, interval '1 day'
    ) as days (day)
),

final as (
    select * from crawled
    union all
    select * from watched
)

select * from final
