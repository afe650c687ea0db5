{{ config(
    materialized='incremental',
    unique_key='session_key',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '256MB'", "{{ take_news() }}", "{{ note_sessions_with_news() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['session_key', 'search_no'], 'unique': true}, {'columns': ['day']}],
) }}
-- depends_on: {{ ref('stg_shop__events') }}
{%- set since = built_for() %}

with

visits as (
    select
        session_key,
        searches
    from {{ ref('fct_sessions') }}
    {%- if since %}
    where session_key in (select session_key from sessions_with_news)
    {%- endif %}
),

events as (
    select
        events.session_key,
        events.event_id,
        events.kind,
        events.query,
        events.results,
        events.position,
        events.event_at
    from {{ ref('fct_events') }} as events
    inner join visits on events.session_key = visits.session_key and visits.searches > 0
    where events.kind in ('search', 'product_view', 'deal_click', 'add_to_cart', 'purchase')
),

-- what follows a search until the next one is what came of it
numbered as (
    select
        *,
        count(*) filter (where kind = 'search') over (partition by session_key order by event_at, event_id) as search_no
    from events
),

came as (
    select
        session_key,
        search_no,
        max(query) filter (where kind = 'search') as query,
        max(results) filter (where kind = 'search') as results,
        max(event_at) filter (where kind = 'search') as event_at,
        count(*) filter (where kind in ('product_view', 'deal_click'))::integer as clicks,
        min(event_at) filter (where kind in ('product_view', 'deal_click')) as clicked_at,
        (array_agg(position order by event_at, event_id) filter (where kind in ('product_view', 'deal_click')))[1]
            as click_position,
        count(*) filter (where kind = 'add_to_cart')::integer as carts,
        count(*) filter (where kind = 'purchase')::integer as purchases
    from numbered
    where search_no > 0
    group by session_key, search_no
),

final as (
    select
        session_key,
        search_no::integer as search_no,
        {{ business_day('event_at') }} as day,
        event_at,
        lower(btrim(regexp_replace(query, '\s+', ' ', 'g'))) as term,
        results,
        results = 0 as is_zero_result,
        clicks,
        clicks > 0 as is_clicked,
        click_position,
        round(extract(epoch from clicked_at - event_at))::integer as seconds_to_click,
        carts,
        purchases,
        purchases > 0 as is_purchased
    from came
)

select * from final
