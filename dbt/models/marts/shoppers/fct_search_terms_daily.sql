{{ config(
    materialized='incremental',
    unique_key='day',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '256MB'", "{{ take_news() }}", "{{ note_sessions_with_news() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['day', 'term'], 'unique': true}, {'columns': ['term']}],
) }}
-- depends_on: {{ ref('stg_shop__events') }}
{%- set since = built_for() %}

with

searches as (
    select * from {{ ref('fct_searches') }}
    {%- if since %}
    where day in (select day from {{ ref('fct_searches') }} where session_key in (select session_key from sessions_with_news))
    {%- endif %}
),

final as (
    select
        day,
        term,
        count(*)::integer as searches,
        count(distinct session_key)::integer as sessions,
        count(*) filter (where is_zero_result)::integer as zero_results,
        count(*) filter (where results is null)::integer as results_untold,
        count(*) filter (where is_clicked)::integer as clicked,
        sum(clicks)::integer as clicks,
        round(avg(click_position), 2) as mean_click_position,
        count(*) filter (where is_purchased)::integer as purchased
    from searches
    where term <> ''
    group by day, term
)

select * from final
