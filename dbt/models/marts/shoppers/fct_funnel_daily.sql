{{ config(indexes=[{'columns': ['day', 'channel', 'device', 'country'], 'unique': true}]) }}

with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

ordered as (
    select
        session_key,
        count(*)::integer as orders,
        sum(total_reporting) as revenue_reporting
    from {{ ref('fct_session_orders') }}
    where not is_cancelled
    group by session_key
),

searched as (
    select
        session_key,
        bool_or(is_clicked) as is_clicked,
        bool_or(is_purchased) as is_purchased
    from {{ ref('fct_searches') }}
    group by session_key
),

final as (
    select
        sessions.day,
        {{ or_unknown('sessions.channel') }} as channel,
        {{ or_unknown('sessions.device') }} as device,
        {{ or_unknown('sessions.country') }} as country,
        count(*)::integer as sessions,
        count(*) filter (where sessions.furthest_step <> 'visit')::integer as viewed,
        count(*) filter (where sessions.furthest_step in ('cart', 'checkout', 'purchase'))::integer as carted,
        count(*) filter (where sessions.furthest_step in ('checkout', 'purchase'))::integer as checked_out,
        count(*) filter (where sessions.furthest_step = 'purchase')::integer as purchased,
        count(*) filter (where sessions.furthest_step in ('cart', 'checkout'))::integer as carts_abandoned,
        count(*) filter (where sessions.furthest_step = 'checkout')::integer as checkouts_abandoned,
        count(*) filter (where sessions.searches > 0)::integer as searched,
        count(*) filter (where searched.is_clicked)::integer as search_clicked,
        count(*) filter (where searched.is_purchased)::integer as search_purchased,
        count(*) filter (where sessions.deal_impressions > 0)::integer as deals_shown,
        count(*) filter (where sessions.deal_impressions > 0 and sessions.deal_clicks > 0)::integer as deals_shown_clicked,
        count(*) filter (where sessions.deal_clicks > 0)::integer as deals_clicked,
        sum(sessions.deals_discovered)::integer as deals_discovered,
        count(*) filter (where sessions.is_bounce)::integer as bounces,
        sum(sessions.seconds)::bigint as seconds,
        coalesce(sum(ordered.orders), 0)::integer as orders,
        coalesce(sum(ordered.revenue_reporting), 0) as revenue_reporting
    from sessions
    left join ordered on sessions.session_key = ordered.session_key
    left join searched on sessions.session_key = searched.session_key
    group by
        sessions.day,
        {{ or_unknown('sessions.channel') }},
        {{ or_unknown('sessions.device') }},
        {{ or_unknown('sessions.country') }}
)

select * from final
