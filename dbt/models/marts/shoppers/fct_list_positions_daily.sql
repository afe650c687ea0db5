{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["{{ take_news() }}", "{{ note_days_to_redo() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['day', 'list', 'position'], 'unique': true}],
) }}
-- depends_on: {{ ref('stg_shop__events') }}

with

events as (
    select events.*
    from {{ ref('fct_events') }} as events
    {%- if built_for() %}
    inner join days_to_redo as redo
        on
            events.event_at >= {{ start_of_day('redo.day') }}
            and events.event_at < {{ start_of_day('(redo.day + 1)') }}
    {%- endif %}
),

counted as (
    select
        day,
        list,
        position,
        count(*) filter (where kind = 'impression')::integer as impressions,
        count(*) filter (where kind in ('deal_click', 'product_view'))::integer as clicks,
        count(*) filter (where kind = 'deal_click')::integer as deal_clicks
    from events
    where list is not null and position is not null and kind in ('impression', 'deal_click', 'product_view')
    group by day, list, position
),

final as (
    select
        *,
        round(clicks::numeric / nullif(impressions, 0), 4) as click_rate
    from counted
)

select * from final
