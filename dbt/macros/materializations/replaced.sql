{#-
    A view that is replaced in place, so that what reads it stays: dbt's own `view` is swapped by rename and drops the old one with
    cascade, as its `table` does. For views that other views read; they see what is decided between two builds.
    A changed list of columns, or --full-refresh, makes it anew.
-#}
{% materialization replaced, adapter='postgres' %}

    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set kept = existing is not none and existing.is_view and not should_full_refresh() and same_columns(existing, sql) -%}
    {%- if existing is not none and not kept %}{% do adapter.drop_relation(existing) %}{% endif -%}

    {% call statement('main') -%}
        create or replace view {{ target_relation }} as ({{ sql }})
    {%- endcall %}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
