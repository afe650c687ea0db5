{#-
    CTEs that tell glitches: `levelled` is the given CTE with the number of each version's price level, `judged_levels` has a row per
    offer and level. A level is a run of versions in one currency, each price within `glitch_return` of the price just before it. It jumps
    when it starts below `glitch_ratio` of the price before, or above its inverse; a fall that the merchant declares (a new reference
    price beside the price before) is a reduction and no jump. A jump is a glitch when the next level starts within `glitch_days` near
    the price before. Of glitches in a row every other one is the return from the one before it.
-#}
{% macro price_levels(versions) %}
neighbours as (
    select
        *,
        lag(price) over (partition by offer_id order by valid_from) as price_before,
        lag(currency) over (partition by offer_id order by valid_from) as currency_before
    from {{ versions }}
),

levelled as (
    select
        *,
        count(*) filter (
            where currency <> currency_before or abs(price - price_before) > {{ var("glitch_return") }} * price_before
        ) over (partition by offer_id order by valid_from) as level
    from neighbours
),

levels as (
    select
        offer_id,
        level,
        currency,
        min(valid_from) as started_at,
        nullif(max(coalesce(valid_to, 'infinity')), 'infinity') as ended_at,
        (array_agg(price order by valid_from))[1] as first_price,
        (array_agg(price order by valid_from desc))[1] as last_price,
        (array_agg(reference_price order by valid_from))[1] as first_reference_price,
        (array_agg(reference_price order by valid_from desc))[1] as last_reference_price
    from levelled
    group by offer_id, level, currency
),

sequence as (
    select
        *,
        lag(last_price) over by_level as price_before,
        lag(currency) over by_level as currency_before,
        lag(last_reference_price) over by_level as reference_price_before,
        lead(first_price) over by_level as price_after,
        lead(currency) over by_level as currency_after,
        lead(started_at) over by_level as started_after
    from levels
    window by_level as (partition by offer_id order by level)
),

jumps as (
    select
        *,
        coalesce(
            currency = currency_before
            and (
                first_price * {{ var("glitch_ratio") }} > price_before
                or first_price < {{ var("glitch_ratio") }} * price_before
                and (
                    first_reference_price is not distinct from reference_price_before
                    or coalesce(abs(first_reference_price - price_before) > {{ var("glitch_return") }} * price_before, true)
                )
            ),
            false
        ) as is_jump
    from sequence
),

returned as (
    select
        *,
        coalesce(
            is_jump
            and currency_after = currency
            and abs(price_after - price_before) <= {{ var("glitch_return") }} * price_before
            and started_after <= started_at + interval '{{ var("glitch_days") }} days',
            false
        ) as has_returned
    from jumps
),

in_a_row as (
    select
        *,
        count(*) filter (where not has_returned) over (partition by offer_id order by level) as stretch
    from returned
),

glitches as (
    select
        *,
        has_returned and count(*) filter (where has_returned) over (
            partition by offer_id, stretch order by level
        ) % 2 = 1 as is_glitch
    from in_a_row
),

judged_levels as (
    select
        offer_id,
        level,
        price_before,
        reference_price_before,
        is_glitch,
        -- no other price came after the jump: it may yet return
        case
            when not is_jump or price_after is not null or lag(is_glitch) over (partition by offer_id order by level) then null
            when coalesce(ended_at, 'infinity') < started_at + interval '{{ var("glitch_days") }} days' then 'infinity'
            else started_at + interval '{{ var("glitch_days") }} days'
        end as suspect_until
    from glitches
)
{%- endmacro %}
