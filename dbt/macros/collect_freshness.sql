{#- Freshness is judged at as_of, as everything is; the wall clock is asked only when as_of is not given. -#}
{% macro postgres__collect_freshness(source, loaded_at_field, filter) %}
    {% call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
        select
            max({{ loaded_at_field }}) as max_loaded_at,
            {{ as_of() if given_as_of() else current_timestamp() }} as snapshotted_at
        from {{ source }}
        {% if given_as_of() %}where {{ known(loaded_at_field) }}{% endif %}
    {% endcall %}
    {{ return(load_result('collect_freshness')) }}
{% endmacro %}
