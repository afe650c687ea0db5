{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["set local work_mem = '64MB'", "{{ take_news() }}", "{{ note_days_to_redo() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['traffic_id'], 'unique': true}, {'columns': ['day']}, {'columns': ['deal_id']}],
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
        product_id,
        sku,
        deal_id,
        count(*) filter (where kind = 'impression')::integer as impressions,
        count(*) filter (
            where kind = 'deal_click' or (kind = 'product_view' and list is not null)
        )::integer as clicks,
        count(*) filter (where kind = 'deal_click')::integer as deal_clicks,
        count(*) filter (where kind = 'product_view')::integer as views,
        count(distinct session_key) filter (where kind = 'product_view')::integer as visits,
        count(*) filter (where kind = 'add_to_cart')::integer as carts,
        count(*) filter (where kind = 'deal_save')::integer as saves
    from events
    where
        (product_id is not null or sku is not null or deal_id is not null)
        and kind in ('impression', 'product_view', 'add_to_cart', 'deal_click', 'deal_save')
    group by day, product_id, sku, deal_id
),

final as (
    select
        md5(jsonb_build_array(day, product_id, sku, deal_id)::text)::uuid as traffic_id,
        *
    from counted
)

select * from final
