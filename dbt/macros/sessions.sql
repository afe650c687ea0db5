{#-
    The key of the visit to which an event belongs: what the client calls a visit is one visitor's, since two clients may count alike.
    Where no visit is told, a visitor's business day is one; where no visitor is told either, an event belongs to none.
-#}
{% macro session_key(events) -%}
    case
        when coalesce({{ events }}.session_id, {{ events }}.anonymous_id, {{ events }}.customer_key) is not null
            then md5(
                coalesce({{ events }}.anonymous_id, {{ events }}.customer_key, '')
                || '|' || coalesce({{ events }}.session_id, ({{ business_day(events ~ '.event_at') }})::text)
            )::uuid
    end
{%- endmacro %}

{#- What is known of a visit's side in an aggregate, where a null would be no key. -#}
{% macro or_unknown(column) -%}
    coalesce({{ column }}, 'unknown')
{%- endmacro %}

{#- In which fifth of all rows a value lies, 1 the lowest; equal values lie in the same, the lower one. -#}
{% macro fifth(column) -%}
    least(5, 1 + floor(5 * percent_rank() over (order by {{ column }})))::integer
{%- endmacro %}
