{#- The instant for which the build answers. Never the wall clock. -#}
{% macro as_of() -%}
    {%- if execute and not var('as_of', none) -%}
        {{ exceptions.raise_compiler_error("var as_of is required: --vars '{as_of: \"2026-05-05T10:15:00+00:00\"}'") }}
    {%- endif -%}
    '{{ var("as_of", "1970-01-01T00:00:00+00:00") }}'::timestamptz
{%- endmacro %}

{#- The business day of an instant: a day in the shop's timezone. -#}
{% macro business_day(instant) -%}
    (({{ instant }}) at time zone '{{ var("shop_timezone") }}')::date
{%- endmacro %}

{#- Rows that were known at as_of; everything later is invisible. -#}
{% macro known(column='loaded_at') -%}
    {{ column }} <= {{ as_of() }}
{%- endmacro %}
