{#-
    Post-hook: the planner must know a table as soon as it is filled, and autovacuum comes too late for the next model. A table that
    grew or changed little since it was last looked at is known well enough.
-#}
{% macro analyze() -%}
    {%- if model.config.materialized == 'refreshed' or (model.config.materialized == 'incremental' and has_changed_much()) -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- Whether a tenth of a table's rows came or went since it was analyzed, this transaction's included. -#}
{% macro has_changed_much() -%}
    {%- if not execute %}{{ return(true) }}{% endif -%}
    {%- set query -%}
        select 10 * (news.n_tup_ins + news.n_tup_upd + news.n_tup_del + past.n_mod_since_analyze) >= tables.reltuples
        from pg_class as tables
        inner join pg_stat_xact_user_tables as news on tables.oid = news.relid
        inner join pg_stat_user_tables as past on tables.oid = past.relid
        where tables.oid = '{{ this }}'::regclass
    {%- endset -%}
    {{ return(run_query(query).rows[0][0]) }}
{%- endmacro %}
