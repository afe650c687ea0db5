{#- A model's schema is the name in dbt_project.yml, exactly: staging, intermediate, marts, features, scored, publish_candidate. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
