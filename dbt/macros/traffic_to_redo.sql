{#- Pre-hook of fct_traffic_daily: the days of which events came to be known; their rows are forgotten. -#}
{% macro note_days_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table days_to_redo on commit drop as
            select distinct {{ business_day('event_at') }} as day
            from {{ ref('stg_shop__events') }}
            where {{ is_news(since) }};
            delete from {{ this }} where day in (select day from days_to_redo)
        {%- endif %}
    {%- endif %}
{%- endmacro %}
