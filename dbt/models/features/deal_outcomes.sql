{{ config(pre_hook="set local work_mem = '64MB'", indexes=[{'columns': ['deal_id']}]) }}

with

events as (
    select
        deal_id,
        session_id,
        coalesce(list, '') as list,
        coalesce(position, -1) as position,
        kind,
        event_at
    from {{ ref('fct_events') }}
    where
        deal_id is not null
        and session_id is not null
        and kind in ('impression', 'deal_click')
        and event_at > {{ as_of() }} - interval '30 days'
        and event_at <= {{ as_of() }}
),

-- a place of a list that one visit saw again is one look
looks as (
    select
        deal_id,
        list,
        position,
        date_trunc('hour', min(event_at) filter (where kind = 'impression'), 'UTC') as shown_at,
        bool_or(kind = 'deal_click') as is_clicked
    from events
    group by deal_id, session_id, list, position
),

final as (
    select
        {{ as_of() }} as as_of,
        deal_id,
        shown_at,
        nullif(list, '') as list,
        nullif(position, -1) as position,
        count(*)::integer as impressions,
        (count(*) filter (where is_clicked))::integer as clicks
    from looks
    where shown_at is not null
    group by deal_id, shown_at, list, position
)

select * from final
