{#- Post-hook: the planner must know a table as soon as it is filled, and autovacuum comes too late for the next model. -#}
{% macro analyze() -%}
    {%- if model.config.materialized in ('refreshed', 'incremental') %}analyze {{ this }}{% endif -%}
{%- endmacro %}
