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

looks as (
    select
        merchant_id,
        array_agg(observed_at order by observed_at) as looks
    from {{ ref('int_observed_days') }}
    group by merchant_id
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

deals as (
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

spans as (
    select
        deals.deal_id,
        versions.price,
        versions.valid_from,
        deals.reference_price,
        versions.valid_from < deals.started_at
        and coalesce(versions.valid_to, 'infinity') > deals.started_at - interval '30 days' as is_in_30d_before,
        versions.valid_from <= deals.started_at - interval '30 days'
        and coalesce(versions.valid_to, 'infinity') > deals.started_at - interval '30 days' as is_30d_before,
        {{ looks_between(
            "greatest(versions.valid_from, deals.started_at - interval '30 days')",
            "least(versions.valid_to, deals.started_at)", "deals.looks"
        ) }} as days_30d_before,
        {{ looks_between(
            "greatest(versions.valid_from, deals.started_at - interval '200 days')",
            "least(versions.valid_to, deals.started_at)", "deals.looks"
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
        round(sum(price * weight) / nullif(sum(weight), 0), 4) as mean_price_30,
        min(price) filter (where is_in_30d_before) as lowest_price_30d_before,
        max(price) filter (where is_in_30d_before) as highest_price_30d_before,
        max(price) filter (where is_30d_before) as price_30d_before,
        sum(days_200d)::integer as observed_days_200d,
        coalesce(sum(days_200d) filter (where price >= reference_price * 0.995), 0)::integer as days_at_reference_200d,
        sum(days_90d)::integer as observed_days_90d
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
    inner join all_deals as episodes on deals.offer_id = episodes.offer_id
    group by deals.deal_id
),

product_offers as (
    select
        matches.product_id,
        offers.merchant_id,
        offers.availability,
        offers.price_reporting,
        offers.price_reporting * offers.reference_price / offers.price as reference_reporting
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
        deals.ends_at,
        offers.availability,
        coalesce(observed.observed_days_30d, 0) as observed_days_30d,
        observed.mean_price_30,
        observed.lowest_price_30d_before,
        coalesce(observed.observed_days_200d, 0) as observed_days_200d,
        coalesce(observed.days_at_reference_200d, 0) as days_at_reference_200d,
        on_sale.days_on_sale_90d::double precision / nullif(observed.observed_days_90d, 0) as on_sale_share_90d,
        coalesce(
            observed.highest_price_30d_before > 1.05 * observed.price_30d_before
            and deals.reference_price > 1.05 * observed.price_30d_before,
            false
        ) as raised_before_sale,
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
    left join competition on deals.deal_id = competition.deal_id
    left join events on deals.deal_id = events.deal_id
)

select * from final
