{{ config(indexes=[{'columns': ['deal_id'], 'unique': true}]) }}

with

now as (
    select * from {{ ref('deals_scored') }}
    where is_published
),

before as (
    select * from {{ ref('fct_published_deals') }}
),

deals as (
    select
        coalesce(now.deal_id, before.deal_id) as deal_id,
        coalesce(now.product_id, before.product_id) as product_id,
        coalesce(now.merchant_id, before.merchant_id) as merchant_id,
        coalesce(now.category, before.category) as category,
        coalesce(now.started_at, before.started_at) as started_at,
        coalesce(now.discount_pct, before.discount_pct) as discount_pct,
        now.deal_id is not null as is_published,
        coalesce(before.first_published_at, {{ as_of() }}) as first_published_at,
        case when now.deal_id is null then before.last_published_at else {{ as_of() }} end as last_published_at
    from now
    full outer join before on now.deal_id = before.deal_id
),

-- of the whole life of the deal, not of a window
events as (
    select
        deal_id,
        sum(impressions) as impressions,
        sum(deal_clicks) as clicks,
        sum(saves) as saves
    from {{ ref('fct_traffic_daily') }}
    where deal_id is not null
    group by deal_id
),

transactions as (
    select
        deal_id,
        count(*) as sales,
        sum(commission_reporting) as commission_reporting
    from {{ ref('fct_affiliate_transactions') }}
    where deal_id is not null and status <> 'declined'
    group by deal_id
),

counted as (
    select
        deals.*,
        coalesce(events.impressions, 0)::integer as impressions,
        coalesce(events.clicks, 0)::integer as clicks,
        coalesce(events.saves, 0)::integer as saves,
        coalesce(transactions.sales, 0)::integer as sales,
        coalesce(transactions.commission_reporting, 0) as commission_reporting
    from deals
    left join events on deals.deal_id = events.deal_id
    left join transactions on deals.deal_id = transactions.deal_id
),

final as (
    select
        *,
        impressions > 0 as is_discovered,
        clicks > 0 or saves > 0 or sales > 0 as is_used
    from counted
)

select * from final
