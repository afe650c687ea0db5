{{ config(indexes=[{'columns': ['currency', 'day'], 'unique': true}]) }}

with

quoted as (
    select
        base,
        quote,
        day,
        rate
    from {{ ref('stg_reference__fx_rates') }}
    union
    -- a unit of a base buys one unit of itself
    select
        base,
        base as quote,
        day,
        1 as rate
    from {{ ref('stg_reference__fx_rates') }}
    where base <> quote
),

-- both rates against the same base give the cross rate; a base of the reporting currency is the most direct
crossed as (
    select distinct on (theirs.quote, theirs.day)
        theirs.quote as currency,
        theirs.day as rate_day,
        round(ours.rate / theirs.rate, 10) as rate
    from quoted as theirs
    inner join quoted as ours
        on theirs.base = ours.base and theirs.day = ours.day and ours.quote = '{{ var("reporting_currency") }}'
    where theirs.quote <> '{{ var("reporting_currency") }}'
    order by theirs.quote, theirs.day, theirs.base <> '{{ var("reporting_currency") }}', theirs.base
),

spans as (
    select
        *,
        lead(rate_day) over (partition by currency order by rate_day) as next_rate_day
    from crossed
),

final as (
    select
        spans.currency,
        days.day::date as day,
        spans.rate,
        spans.rate_day
    from spans
    cross join lateral generate_series(
        spans.rate_day,
        least(spans.next_rate_day - 1, spans.rate_day + {{ var("rate_days") }}),
        interval '1 day'
    ) as days (day)
)

select * from final
