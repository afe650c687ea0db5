{#- What was asked for: --vars '{as_of: ...}', or DEALHOUSE_AS_OF. A changed var makes dbt parse the whole project again; the
    environment, read only while executing, does not. -#}
{% macro given_as_of() -%}
    {{ return(var('as_of', none) or env_var('DEALHOUSE_AS_OF', '')) }}
{%- endmacro %}

{#- The instant for which the build answers. Never the wall clock. -#}
{% macro as_of() -%}
    {%- set given = given_as_of() if execute else '1970-01-01T00:00:00+00:00' -%}
    {%- if not given -%}
        {{ exceptions.raise_compiler_error("as_of is required: DEALHOUSE_AS_OF, or --vars '{as_of: \"2026-05-05T10:15:00+00:00\"}'") }}
    {%- endif -%}
    {%- set clock = given.split('T')[-1] -%}
    {#- a partition key carries no offset: it is UTC, whatever the session's time zone -#}
    '{{ given }}{{ '' if '+' in clock or '-' in clock or 'Z' in clock else '+00:00' }}'::timestamptz
{%- endmacro %}

{#- The business day of an instant: a day in the shop's timezone. -#}
{% macro business_day(instant) -%}
    (({{ instant }}) at time zone '{{ var("shop_timezone") }}')::date
{%- endmacro %}

{#- The hour of an instant in the shop's timezone, 0 to 23. -#}
{% macro business_hour(instant) -%}
    extract(hour from ({{ instant }}) at time zone '{{ var("shop_timezone") }}')::integer
{%- endmacro %}

{#- The instant at which a business day begins. -#}
{% macro start_of_day(day) -%}
    ({{ day }})::timestamp at time zone '{{ var("shop_timezone") }}'
{%- endmacro %}

{#- Rows that were known at as_of; everything later is invisible. -#}
{% macro known(column='loaded_at') -%}
    {{ column }} <= {{ as_of() }}
{%- endmacro %}
