{#- The newest complete run of a capability that was known at as_of, as a scalar subquery. -#}
{% macro latest_run(capability) -%}
    (
        select run_id
        from {{ source('predictions', 'run') }}
        where capability = '{{ capability }}' and status = 'complete' and as_of <= {{ as_of() }}
        order by as_of desc, known_at desc, run_id desc
        limit 1
    )
{%- endmacro %}
