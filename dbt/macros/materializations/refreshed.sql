{#-
    A table that is emptied and filled again in one transaction, in place.
    dbt's own `table` swaps by rename and drops the old relation with cascade, which takes every view on it along: a candidate
    view would vanish while the layer below is rebuilt. Here the relation stays, so views, grants and indexes stay too.
    A changed list of columns, or --full-refresh, makes it anew.
-#}
{% materialization refreshed, adapter='postgres' %}
    {{ return(build_in_place('table')) }}
{% endmaterialization %}


{% macro empty_and_fill(relation, sql) %}
    {%- set contract = config.get('contract') -%}
    {%- if contract and contract.enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
    truncate {{ relation }};
    insert into {{ relation }} (
        {%- for column in adapter.get_columns_in_relation(relation) %}{{ adapter.quote(column.name) }}{{ ', ' if not loop.last }}{% endfor -%}
    )
    {% if contract and contract.enforced %}{{ get_select_subquery(sql) }}{% else %}{{ sql }}{% endif %}
{% endmacro %}
