{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["set local work_mem = '128MB'", "{{ note_products_to_redo() }}"],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['product_id', 'day'], 'unique': true}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('int_products') }}
-- depends_on: {{ source('predictions', 'offer_product') }}, {{ source('predictions', 'product_changes') }}

with

-- a match that waits for review is no evidence about prices
matches as (
    select * from {{ ref('int_offer_products') }}
    where band <> 'review'{% if built_for() %} and product_id in (select redo.product_id from products_to_redo as redo){% endif %}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

spans as materialized (
    select
        matches.product_id,
        versions.merchant_id,
        versions.settled_price as price,
        versions.currency,
        versions.availability,
        versions.valid_from,
        coalesce(versions.valid_to, 'infinity') as valid_to
    from matches
    inner join {{ ref('int_offer_versions') }} as versions on matches.offer_id = versions.offer_id
),

contested as (
    select product_id
    from spans
    group by product_id
    having min(merchant_id) <> max(merchant_id)
),

moved as (
    select
        spans.product_id,
        {{ business_day('spans.valid_from') }} as day
    from spans
    inner join contested on spans.product_id = contested.product_id
    union
    select
        spans.product_id,
        {{ business_day('spans.valid_to') }} as day
    from spans
    inner join contested on spans.product_id = contested.product_id
    where spans.valid_to <= {{ as_of() }}
),

moments as (
    select
        product_id,
        day,
        least({{ start_of_day('(day + 1)') }}, {{ through_as_of() }}) as moment
    from moved
),

-- each merchant counts once, with its best price at the day's end
prices as (
    select
        moments.product_id,
        moments.day,
        spans.merchant_id,
        count(*) as offers,
        bool_or(spans.currency <> '{{ var("reporting_currency") }}') as is_exchanged,
        min({{ to_reporting('spans.price', 'spans.currency', 'rates') }}) as price_reporting
    from moments
    inner join spans
        on moments.product_id = spans.product_id and moments.moment > spans.valid_from and moments.moment <= spans.valid_to
    left join rates on spans.currency = rates.currency and moments.day = rates.day
    where coalesce(spans.availability, 'unknown') <> 'out_of_stock'
    group by moments.product_id, moments.day, spans.merchant_id
),

placed as (
    select
        *,
        min(price_reporting) filter (where merchant_id = '{{ var("shop_id") }}') over (partition by product_id, day) as ours
    from prices
),

-- a day on which nobody has it any more is one, too
indexed as (
    select
        moments.product_id,
        moments.day,
        sum(placed.offers) filter (where placed.price_reporting is not null) as offers,
        count(placed.price_reporting) as merchants,
        min(placed.price_reporting) as lowest_reporting,
        percentile_cont(0.5) within group (order by placed.price_reporting)::numeric as median_reporting,
        max(placed.price_reporting) as highest_reporting,
        max(placed.ours) as ours_reporting,
        count(*) filter (where placed.price_reporting < placed.ours) as cheaper,
        coalesce(bool_or(placed.is_exchanged), false) as is_exchanged
    from moments
    left join placed on moments.product_id = placed.product_id and moments.day = placed.day
    group by moments.product_id, moments.day
),

final as (
    select
        product_id,
        day,
        coalesce(offers, 0)::integer as offers,
        merchants::integer as merchants,
        lowest_reporting,
        round(median_reporting, 4) as median_reporting,
        highest_reporting,
        ours_reporting,
        case when ours_reporting is not null then (1 + cheaper)::integer end as position,
        round(100 * ours_reporting / nullif(median_reporting, 0), 2) as ours_to_median_pct,
        round(
            100 * median_reporting
            / nullif(first_value(median_reporting) over (
                partition by product_id order by median_reporting is null, day
                rows between unbounded preceding and unbounded following
            ), 0), 2
        ) as price_index,
        is_exchanged
    from indexed
)

select * from final
