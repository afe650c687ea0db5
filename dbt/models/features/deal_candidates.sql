{{ config(pre_hook="set local work_mem = '64MB'", indexes=[{'columns': ['deal_id'], 'unique': true}]) }}

with

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live
),

all_deals as (
    select * from {{ ref('fct_deals') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
),

lows as (
    select * from {{ ref('fct_offer_lows') }}
),

looks as (
    {{ looks_of_merchants() }}
),

events as (
    select
        deal_id,
        count(*) filter (where kind = 'impression')::integer as impressions_30d,
        count(*) filter (where kind in ('deal_click', 'deal_save'))::integer as clicks_30d
    from {{ ref('fct_events') }}
    where deal_id is not null and event_at > {{ as_of() }} - interval '30 days' and event_at <= {{ as_of() }}
    group by deal_id
),

open_deals as (
    select
        all_deals.deal_id,
        all_deals.offer_id,
        all_deals.merchant_id,
        all_deals.currency,
        all_deals.started_at,
        all_deals.reference_price,
        all_deals.reference_kind,
        coalesce(all_deals.sale_end, all_deals.ended_at) as ends_at,
        matches.product_id,
        looks.looks
    from all_deals
    inner join offers on all_deals.offer_id = offers.offer_id
    left join matches on all_deals.offer_id = matches.offer_id
    left join looks on all_deals.merchant_id = looks.merchant_id
    where
        (all_deals.ended_at is null or all_deals.ended_at > {{ as_of() }})
        and (all_deals.sale_end is null or all_deals.sale_end > {{ as_of() }})
        and all_deals.started_at <= {{ as_of() }}
),

-- a stated reduction that was broken by the offer's absence alone goes on: no price was asked in between
episodes as (
    select
        *,
        lag(ended_at) over by_time as ended_before,
        lag(reference_kind) over by_time as reference_kind_before
    from all_deals
    where offer_id in (select open_deals.offer_id from open_deals)
    window by_time as (partition by offer_id order by started_at)
),

chained as (
    select
        *,
        count(*) filter (
            where ended_before is null
            or started_at > ended_before + interval '30 days'
            or 'observed' in (reference_kind, reference_kind_before)
            or exists (
                select 1
                from versions
                where
                    versions.offer_id = episodes.offer_id
                    and versions.valid_from >= episodes.ended_before
                    and versions.valid_from < episodes.started_at
            )
        ) over (partition by offer_id order by started_at) as series
    from episodes
),

first_steps as (
    select
        deal_id,
        min(started_at) over (partition by offer_id, series) as reduced_since
    from chained
),

deals as (
    select
        open_deals.*,
        first_steps.reduced_since
    from open_deals
    inner join first_steps on open_deals.deal_id = first_steps.deal_id
),

spans as (
    select
        deals.deal_id,
        versions.price,
        versions.valid_from,
        deals.reference_price,
        versions.suspect_until,
        least(versions.valid_to, {{ as_of() }})
        - greatest(versions.valid_from, {{ as_of() }} - interval '200 days') as in_force_200d,
        versions.valid_from < deals.reduced_since
        and coalesce(versions.valid_to, 'infinity') > deals.reduced_since - interval '30 days' as is_in_30d_before,
        versions.valid_from <= deals.reduced_since - interval '30 days'
        and coalesce(versions.valid_to, 'infinity') > deals.reduced_since - interval '30 days' as is_30d_before,
        {{ looks_between(
            "greatest(versions.valid_from, deals.reduced_since - interval '30 days')",
            "least(versions.valid_to, deals.reduced_since)", "deals.looks"
        ) }} as days_30d_before,
        {{ looks_between(
            "greatest(versions.valid_from, deals.reduced_since - interval '200 days')",
            "least(versions.valid_to, deals.reduced_since)", "deals.looks"
        ) }} as days_200d_before,
        {{ looks_between(
            "greatest(versions.valid_from, " ~ as_of() ~ " - interval '200 days')",
            "least(versions.valid_to, " ~ through_as_of() ~ ")", "deals.looks"
        ) }} as days_200d,
        {{ looks_between(
            "greatest(versions.valid_from, " ~ as_of() ~ " - interval '90 days')",
            "least(versions.valid_to, " ~ through_as_of() ~ ")", "deals.looks"
        ) }} as days_90d
    from deals
    inner join versions on deals.offer_id = versions.offer_id and deals.currency = versions.currency
    where not versions.is_glitch
),

-- each span's share of the last 30 observed days before the start
weighed as (
    select
        *,
        greatest(0, least(
            days_200d_before,
            30 - coalesce(sum(days_200d_before) over (
                partition by deal_id order by valid_from desc rows between unbounded preceding and 1 preceding
            ), 0)
        )) as weight
    from spans
),

observed as (
    select
        deal_id,
        sum(days_30d_before)::integer as observed_days_30d,
        sum(days_200d_before)::integer as observed_days_before,
        round(sum(price * weight) / nullif(sum(weight), 0), 4) as mean_price_30,
        min(price) filter (where is_in_30d_before) as lowest_price_30d_before,
        max(price) filter (where is_in_30d_before) as highest_price_30d_before,
        max(price) filter (where is_30d_before) as price_30d_before,
        sum(days_200d)::integer as observed_days_200d,
        coalesce(sum(days_200d) filter (where price >= reference_price * 0.995), 0)::integer as days_at_reference_200d,
        floor(extract(
            epoch from sum(in_force_200d) filter (where price >= reference_price * 0.995 and in_force_200d > interval '0')
        ) / 86400)::integer as reference_days_200d,
        sum(days_90d)::integer as observed_days_90d,
        max(suspect_until) as suspect_until
    from weighed
    group by deal_id
),

on_sale as (
    select
        deals.deal_id,
        sum({{ looks_between(
            "greatest(episodes.started_at, " ~ as_of() ~ " - interval '90 days')",
            "least(episodes.ended_at, " ~ through_as_of() ~ ")", "deals.looks"
        ) }}) as days_on_sale_90d
    from deals
    inner join episodes
        on
            deals.offer_id = episodes.offer_id
            -- who only moves its prices announces no sale
            and (deals.reference_kind = 'observed' or episodes.reference_kind <> 'observed')
    group by deals.deal_id
),

product_offers as (
    select
        matches.product_id,
        offers.merchant_id,
        offers.availability,
        offers.price_reporting,
        -- who is not on sale asks the regular price
        offers.price_reporting * coalesce(offers.reference_price, offers.price) / offers.price as reference_reporting
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    -- a match that waits for review is no evidence about prices
    where matches.band <> 'review'
),

competition as (
    select
        deals.deal_id,
        count(distinct others.merchant_id)::integer as competitors,
        min(others.price_reporting) filter (where others.availability <> 'out_of_stock') as lowest_competitor_reporting,
        percentile_cont(0.5) within group (order by others.price_reporting)
        filter (where others.availability <> 'out_of_stock') as median_competitor_reporting,
        percentile_cont(0.5) within group (order by others.reference_reporting) as median_reference_reporting
    from deals
    inner join product_offers as others
        on deals.product_id = others.product_id and deals.merchant_id <> others.merchant_id
    group by deals.deal_id
),

final as (
    select
        deals.deal_id,
        {{ as_of() }} as as_of,
        deals.offer_id,
        deals.product_id,
        deals.merchant_id,
        offers.title,
        offers.description,
        offers.image_url,
        coalesce(products.category, offers.category_path) as category,
        offers.price,
        offers.currency,
        offers.price_reporting,
        deals.reference_price,
        deals.reference_kind,
        {{ discount_pct('offers.price', 'deals.reference_price') }} as discount_pct,
        {{ stated_discount_pct("concat_ws(' ', offers.terms, offers.title)") }} as stated_discount_pct,
        deals.started_at,
        deals.reduced_since,
        deals.ends_at,
        offers.availability,
        coalesce(observed.observed_days_30d, 0) as observed_days_30d,
        observed.mean_price_30,
        observed.lowest_price_30d_before,
        coalesce(observed.observed_days_before, 0) as observed_days_before,
        coalesce(observed.observed_days_200d, 0) as observed_days_200d,
        coalesce(observed.days_at_reference_200d, 0) as days_at_reference_200d,
        coalesce(observed.reference_days_200d, 0) as reference_days_200d,
        -- days on sale in another currency are none of the days that its price was observed
        least(coalesce(on_sale.days_on_sale_90d, 0), observed.observed_days_90d)::double precision
        / nullif(observed.observed_days_90d, 0) as on_sale_share_90d,
        coalesce(
            observed.highest_price_30d_before > 1.05 * observed.price_30d_before
            and deals.reference_price > 1.05 * observed.price_30d_before,
            false
        ) as raised_before_sale,
        coalesce(observed.suspect_until > offers.last_seen_at, false) as price_unconfirmed,
        lows.lowest_price,
        lows.lowest_price_at,
        lows.lowest_price_30d,
        lows.observed_days,
        competition.median_reference_reporting::numeric as median_reference_reporting,
        coalesce(competition.competitors, 0) + 1 as merchants_for_product,
        competition.lowest_competitor_reporting,
        competition.median_competitor_reporting::numeric as median_competitor_reporting,
        offers.gtin is not null as has_gtin,
        coalesce(events.impressions_30d, 0) as impressions_30d,
        coalesce(events.clicks_30d, 0) as clicks_30d
    from deals
    inner join offers on deals.offer_id = offers.offer_id
    left join products on deals.product_id = products.product_id
    left join observed on deals.deal_id = observed.deal_id
    left join on_sale on deals.deal_id = on_sale.deal_id
    left join lows on deals.offer_id = lows.offer_id
    left join competition on deals.deal_id = competition.deal_id
    left join events on deals.deal_id = events.deal_id
)

select * from final
