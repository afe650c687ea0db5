{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ queue_offers_whose_lows_move() }}",
        "{{ forget_queued_offers() }}",
    ],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['offer_id'], 'unique': true}],
) }}

with

offers as (
    select * from {{ ref('fct_offers') }}
    {%- if built_for() %}
    where offer_id in ({{ queued_offers() }})
    {%- endif %}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
    {%- if built_for() %}
    where offer_id in ({{ queued_offers() }})
    {%- endif %}
),

-- neither a glitch nor a jump that nobody saw to last
told as (
    select
        versions.offer_id,
        versions.price,
        versions.valid_from,
        versions.valid_to,
        coalesce(versions.valid_to, 'infinity') > {{ as_of() }} - interval '30 days' as is_in_30d,
        (versions.suspect_until is null or versions.suspect_until <= offers.last_seen_at)
        and versions.valid_from <= {{ as_of() }} as is_settled
    from versions
    inner join offers on versions.offer_id = offers.offer_id and versions.currency = offers.currency
    where not versions.is_glitch
),

lows as (
    select
        offer_id,
        min(price) filter (where is_settled) as lowest_price,
        (array_agg(valid_from order by price, valid_from desc) filter (where is_settled))[1] as lowest_price_at,
        min(price) filter (where is_settled and is_in_30d) as lowest_seen_30d,
        range_agg(tstzrange(valid_from, valid_to)) filter (where is_settled) as listed,
        min(valid_to) filter (where is_settled and is_in_30d) as next_leaves_at,
        bool_or(not is_settled) as is_unsettled
    from told
    group by offer_id
),

final as (
    select
        offers.offer_id,
        offers.merchant_id,
        offers.currency,
        lows.lowest_price,
        lows.lowest_price_at,
        lows.lowest_seen_30d,
        lower(lows.listed) as listed_from,
        upper(lows.listed) as listed_to,
        nullif(range_merge(lows.listed)::tstzmultirange - lows.listed, '{}') as away,
        lows.next_leaves_at,
        coalesce(lows.is_unsettled, false) as is_unsettled
    from offers
    left join lows on offers.offer_id = lows.offer_id
)

select * from final
