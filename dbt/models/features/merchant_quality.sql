{{ config(pre_hook="set local work_mem = '64MB'") }}

with

merchants as (
    select * from {{ ref('dim_merchant') }}
),

candidates as (
    select * from {{ ref('deal_candidates') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

told as (
    select
        deal_id,
        customer_key,
        anonymous_id,
        session_id
    from {{ ref('fct_events') }}
    where kind = 'deal_report' and event_at > {{ as_of() }} - interval '30 days' and event_at <= {{ as_of() }}
),

loads as (
    select
        merchant_id,
        sum(rows_received)::bigint as received,
        sum(rows_rejected)::bigint as rejected
    from {{ ref('stg_merchants__loads') }}
    where kind in ('offers', 'shop_products') and loaded_at > {{ as_of() }} - interval '30 days'
    group by merchant_id
),

gaps as (
    select
        merchant_id,
        is_complete,
        observed_at,
        observed_at - lag(observed_at) over (partition by merchant_id, is_complete order by observed_at) as gap
    from {{ ref('int_crawls') }}
),

crawls as (
    select
        merchant_id,
        count(*) filter (where observed_at > {{ as_of() }} - interval '30 days')::integer as crawls,
        count(*) filter (where is_complete and observed_at > {{ as_of() }} - interval '30 days')::integer as crawls_complete,
        max(observed_at) filter (where is_complete) as last_success_at,
        percentile_cont(0.5) within group (order by extract(epoch from gap) / 3600)
        filter (where is_complete and observed_at > {{ as_of() }} - interval '30 days') as typical_hours
    from gaps
    group by merchant_id
),

reference_prices as (
    select
        merchant_id,
        count(*)::integer as checked,
        count(*) filter (where days_at_reference_200d > 0)::integer as charged
    from candidates
    where reference_kind <> 'observed' and observed_days_200d >= 30
    group by merchant_id
),

-- of the prices those that markup and text of a page both named: where only one did there is nothing to compare
pages as (
    select
        merchant_id,
        (count(*) filter (where coalesce(flags, '') !~ '\yprice_(unseen|unmarked)\y'))::integer as price_looks,
        (count(*) filter (where coalesce(flags, '') !~ '\yprice_(unseen|unmarked|disagrees)\y'))::integer as price_agreed,
        (count(*) filter (where flags ~ '\yavailability_disagrees\y'))::integer as stock_disagreed
    from {{ ref('stg_merchants__offer_observations') }}
    where
        source_kind = 'html'
        and document_url is not null
        and not is_gone
        and loaded_at > {{ as_of() }} - interval '30 days'
    group by merchant_id
),

in_stock as (
    select
        offer_id,
        merchant_id,
        valid_from,
        coalesce(valid_to, {{ as_of() }}) as valid_to
    from {{ ref('int_offer_versions') }}
    where availability = 'in_stock' and coalesce(valid_to, 'infinity') > {{ as_of() }} - interval '31 days'
),

whole as (
    select
        offer_id,
        merchant_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to,
        sum(valid_to - valid_from) < max(valid_to) - min(valid_from) as is_broken
    from in_stock
    group by offer_id, merchant_id
),

-- few were in stock with a break: those alone are looked at version by version
marked as (
    select
        *,
        coalesce(valid_from <> lag(valid_to) over (partition by offer_id order by valid_from), true) as is_start
    from in_stock
    where offer_id in (select whole.offer_id from whole where whole.is_broken)
),

numbered as (
    select
        *,
        count(*) filter (where is_start) over (partition by offer_id order by valid_from) as spell
    from marked
),

spells as (
    select
        merchant_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by offer_id, merchant_id, spell
    union all
    select
        merchant_id,
        valid_from,
        valid_to
    from whole
    where not is_broken
),

-- an unbroken time in which an offer was said to be in stock; what began within the last day may yet be kept. A look a day
-- cannot convict: 20 hours are less than the time between two
claims as (
    select
        merchant_id,
        valid_to - valid_from >= interval '20 hours' as is_kept
    from spells
    where valid_from <= {{ as_of() }} - interval '1 day' and valid_to > {{ as_of() }} - interval '30 days'
),

stock as (
    select
        merchant_id,
        count(*)::integer as stock_claims,
        (count(*) filter (where is_kept))::integer as stock_kept
    from claims
    group by merchant_id
),

outcomes as (
    select * from {{ ref('deal_outcomes') }}
),

overall as (
    select sum(clicks)::double precision / nullif(sum(impressions), 0) as rate
    from outcomes
),

-- what a place of a list brings anybody; a place hardly seen brings what the others do
places as (
    select
        outcomes.list,
        outcomes.position,
        (sum(outcomes.clicks) + 50 * overall.rate) / (sum(outcomes.impressions) + 50) as rate
    from outcomes
    cross join overall
    group by outcomes.list, outcomes.position, overall.rate
),

attention as (
    select
        deals.merchant_id,
        sum(outcomes.impressions)::integer as impressions,
        sum(outcomes.clicks)::integer as clicks,
        sum(outcomes.impressions * places.rate) as expected_clicks
    from outcomes
    inner join deals on outcomes.deal_id = deals.deal_id
    inner join places
        on outcomes.list is not distinct from places.list and outcomes.position is not distinct from places.position
    group by deals.merchant_id
),

-- one voice a person and deal, however often it is raised
reports as (
    select
        deals.merchant_id,
        count(
            distinct told.deal_id::text || coalesce(told.customer_key, told.anonymous_id, told.session_id, '')
        )::integer as reports
    from told
    inner join deals on told.deal_id = deals.deal_id
    group by deals.merchant_id
),

final as (
    select
        merchants.merchant_id,
        {{ as_of() }} as as_of,
        merchants.live_offers as offers,
        coalesce(loads.received, 0) as received,
        coalesce(loads.rejected, 0) as rejected,
        coalesce(crawls.crawls, 0) as crawls,
        coalesce(crawls.crawls_complete, 0) as crawls_complete,
        (extract(epoch from {{ as_of() }} - crawls.last_success_at) / 3600)::double precision as hours_since_success,
        crawls.typical_hours,
        coalesce(reference_prices.checked, 0) as reference_checked,
        coalesce(reference_prices.charged, 0) as reference_charged,
        coalesce(pages.price_looks, 0) as price_looks,
        coalesce(pages.price_agreed, 0) as price_agreed,
        -- a page that says sold out against its own markup is a claim not kept
        coalesce(stock.stock_claims, 0) + coalesce(pages.stock_disagreed, 0) as stock_claims,
        coalesce(stock.stock_kept, 0) as stock_kept,
        coalesce(attention.impressions, 0) as impressions,
        coalesce(attention.clicks, 0) as clicks,
        coalesce(attention.expected_clicks, 0) as expected_clicks,
        coalesce(reports.reports, 0) as reports
    from merchants
    left join loads on merchants.merchant_id = loads.merchant_id
    left join crawls on merchants.merchant_id = crawls.merchant_id
    left join reference_prices on merchants.merchant_id = reference_prices.merchant_id
    left join pages on merchants.merchant_id = pages.merchant_id
    left join stock on merchants.merchant_id = stock.merchant_id
    left join attention on merchants.merchant_id = attention.merchant_id
    left join reports on merchants.merchant_id = reports.merchant_id
)

select * from final
