{#-
    What `refreshed` (type table) and `replaced` (type view) share: the relation stays where its columns did, else it is made anew.
    Hooks, documentation and the transaction are as in dbt's own materializations.
-#}
{% macro build_in_place(type) %}

    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type=type) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set kept = existing is not none and existing.type == type and not should_full_refresh() and same_columns(existing, sql) -%}
    {%- if existing is not none and not kept %}{% do adapter.drop_relation(existing) %}{% endif -%}

    {%- set contract = config.get('contract') -%}
    {% call statement('main') %}
        {% if type == 'view' %}
            {%- if contract and contract.enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
            create or replace view {{ target_relation }} as ({{ sql }})
        {% elif kept %}
            {{ empty_and_fill(target_relation, sql) }}
        {% else %}
            {{ get_create_table_as_sql(False, target_relation, sql) }}
        {% endif %}
    {% endcall %}

    {% if type == 'table' and not kept %}{% do create_indexes(target_relation) %}{% endif %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmacro %}


{% macro same_columns(relation, sql) %}
    {%- set before = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set now = get_column_schema_from_query(sql) | map(attribute='name') | list -%}
    {{ return(before == now) }}
{% endmacro %}
