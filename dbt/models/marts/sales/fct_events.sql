{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['event_id'], 'unique': true}, {'columns': ['event_at']}, {'columns': ['session_key']},
             {'columns': ['deal_id']}],
) }}
{%- set since = built_for() %}

with

events as (
    select * from {{ ref('stg_shop__events') }}
    {%- if since %}
    where {{ is_news(since) }}
    {%- endif %}
),

-- an event never changes: of a repeated one the first known stays
firsts as (
    select distinct on (event_id) *
    from events
    order by event_id, loaded_at, batch_id, row_no
),

final as (
    select
        firsts.event_id,
        firsts.anonymous_id,
        firsts.customer_key,
        firsts.session_id,
        {{ session_key('firsts') }} as session_key,
        firsts.kind,
        firsts.sku,
        firsts.deal_id,
        firsts.product_id,
        firsts.query,
        firsts.results,
        firsts.list,
        firsts.position,
        firsts.propensity,
        firsts.release_id,
        firsts.variant,
        firsts.country,
        firsts.device,
        firsts.channel,
        {{ business_day('firsts.event_at') }} as day,
        firsts.event_at
    from firsts
    {%- if since %}
    where not exists (select from {{ this }} as before where before.event_id = firsts.event_id)
    {%- endif %}
)

select * from final
