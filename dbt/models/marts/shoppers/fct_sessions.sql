{{ config(
    materialized='incremental',
    unique_key='session_key',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '256MB'", "{{ take_news() }}", "{{ note_sessions_with_news() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['session_key'], 'unique': true}, {'columns': ['customer_key', 'started_at']}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__events') }}
{%- set since = built_for() %}

with

events as (
    select * from {{ ref('fct_events') }}
    {%- if since %}
    where session_key in (select session_key from sessions_with_news)
    {%- endif %}
),

visits as (
    select
        session_key,
        max(session_id) as session_id,
        max(anonymous_id) as anonymous_id,
        -- who logs in on the way is known for the whole visit; of two people in one, the first
        (array_agg(customer_key order by event_at, event_id) filter (where customer_key is not null))[1] as customer_key,
        (array_agg(channel order by event_at, event_id) filter (where channel is not null))[1] as channel,
        (array_agg(device order by event_at, event_id) filter (where device is not null))[1] as device,
        (array_agg(country order by event_at, event_id) filter (where country is not null))[1] as country,
        (array_agg(kind order by event_at, event_id))[1] as entry_kind,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        max(event_at) filter (where kind = 'purchase') as purchased_at,
        count(*)::integer as events,
        count(*) filter (where kind = 'page_view')::integer as page_views,
        count(*) filter (where kind = 'product_view')::integer as product_views,
        count(*) filter (where kind = 'search')::integer as searches,
        count(*) filter (where kind = 'impression')::integer as impressions,
        count(*) filter (where kind = 'impression' and (deal_id is not null or list = 'deals'))::integer as deal_impressions,
        count(*) filter (where kind = 'deal_click')::integer as deal_clicks,
        count(*) filter (where kind = 'deal_save')::integer as deal_saves,
        count(*) filter (where kind = 'add_to_cart')::integer as carts,
        count(*) filter (where kind = 'remove_from_cart')::integer as cart_removals,
        count(*) filter (where kind = 'checkout_start')::integer as checkouts,
        count(*) filter (where kind = 'purchase')::integer as purchases,
        count(distinct deal_id)::integer as deals_discovered
    from events
    where session_key is not null
    group by session_key
),

final as (
    select
        session_key,
        session_id,
        anonymous_id,
        customer_key,
        channel,
        device,
        country,
        entry_kind,
        {{ business_day('started_at') }} as day,
        started_at,
        ended_at,
        round(extract(epoch from ended_at - started_at))::integer as seconds,
        purchased_at,
        events,
        page_views,
        product_views,
        searches,
        impressions,
        deal_impressions,
        deal_clicks,
        deal_saves,
        carts,
        cart_removals,
        checkouts,
        purchases,
        deals_discovered,
        case
            when purchases > 0 then 'purchase'
            when checkouts > 0 then 'checkout'
            when carts > 0 then 'cart'
            when product_views + deal_clicks > 0 then 'view'
            else 'visit'
        end as furthest_step,
        events - impressions <= 1 as is_bounce
    from visits
)

select * from final
