{#- For one entity no span begins before the one before it has ended, and only the last may be open. -#}
{% test spans_do_not_overlap(model, entity, start, finish) %}
select *
from (
    select
        {{ entity }},
        {{ start }},
        {{ finish }},
        lead({{ start }}) over (partition by {{ entity }} order by {{ start }}) as next_start
    from {{ model }}
) as spans
where {{ finish }} <= {{ start }} or (next_start is not null and ({{ finish }} is null or {{ finish }} > next_start))
{% endtest %}
