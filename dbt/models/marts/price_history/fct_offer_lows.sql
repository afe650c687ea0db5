{{ config(
    pre_hook="set local work_mem = '128MB'",
    indexes=[{'columns': ['offer_id'], 'unique': true}],
) }}

with

offers as (
    select * from {{ ref('fct_offers') }}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
),

looks as (
    {{ looks_of_merchants() }}
),

-- neither a glitch nor a jump that nobody saw to last
spans as (
    select
        versions.offer_id,
        versions.price,
        versions.valid_from,
        coalesce(versions.valid_to, 'infinity') > {{ as_of() }} - interval '30 days' as is_in_30d,
        {{ looks_between("versions.valid_from", "least(versions.valid_to, " ~ through_as_of() ~ ")", "looks.looks") }} as days,
        {{ looks_between(
            "greatest(versions.valid_from, " ~ as_of() ~ " - interval '40 days')",
            "least(versions.valid_to, " ~ through_as_of() ~ ")", "looks.looks"
        ) }} as days_40d
    from versions
    inner join offers on versions.offer_id = offers.offer_id and versions.currency = offers.currency
    left join looks on offers.merchant_id = looks.merchant_id
    where
        not versions.is_glitch
        and (versions.suspect_until is null or versions.suspect_until <= offers.last_seen_at)
        and versions.valid_from <= {{ as_of() }}
),

lows as (
    select
        offer_id,
        sum(days)::integer as observed_days,
        sum(days_40d) >= {{ var("low_days") }} as is_watched,
        min(price) as lowest_price,
        (array_agg(valid_from order by price, valid_from desc))[1] as lowest_price_at,
        min(price) filter (where is_in_30d) as lowest_seen_30d
    from spans
    group by offer_id
),

final as (
    select
        offers.offer_id,
        offers.merchant_id,
        offers.currency,
        coalesce(lows.observed_days, 0) as observed_days,
        coalesce(lows.is_watched, false) as is_watched,
        lows.lowest_price,
        lows.lowest_price_at,
        lows.lowest_seen_30d,
        case when lows.is_watched then lows.lowest_seen_30d end as lowest_price_30d
    from offers
    left join lows on offers.offer_id = lows.offer_id
)

select * from final
