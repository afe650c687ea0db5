{#-
    A table that is emptied and filled again in one transaction, in place.
    dbt's own `table` swaps by rename and drops the old relation with cascade, which takes every view on it along: a candidate
    view would vanish while the layer below is rebuilt. Here the relation stays, so views, grants and indexes stay too.
    A changed list of columns, or --full-refresh, makes it anew.
-#}
{% materialization refreshed, adapter='postgres' %}

    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set kept = existing is not none and existing.is_table and not should_full_refresh() and same_columns(existing, sql) -%}
    {%- if existing is not none and not kept %}{% do adapter.drop_relation(existing) %}{% endif -%}

    {% call statement('main') %}
        {% if kept %}
            {{ empty_and_fill(target_relation, sql) }}
        {% else %}
            {{ get_create_table_as_sql(False, target_relation, sql) }}
        {% endif %}
    {% endcall %}

    {% if not kept %}{% do create_indexes(target_relation) %}{% endif %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{% macro same_columns(relation, sql) %}
    {%- set before = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set now = get_column_schema_from_query(sql) | map(attribute='name') | list -%}
    {{ return(before == now) }}
{% endmacro %}


{% macro empty_and_fill(relation, sql) %}
    {%- set contract = config.get('contract') -%}
    {%- if contract and contract.enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
    truncate {{ relation }};
    insert into {{ relation }} (
        {%- for column in adapter.get_columns_in_relation(relation) %}{{ adapter.quote(column.name) }}{{ ', ' if not loop.last }}{% endfor -%}
    )
    {% if contract and contract.enforced %}{{ get_select_subquery(sql) }}{% else %}{{ sql }}{% endif %}
{% endmacro %}
