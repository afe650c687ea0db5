{#- A template with one of its slots filled; null where the slot is there and its word is not. -#}
{% macro fill_slot(template, slot, affiliate) -%}
    case
        when strpos({{ template }}, '{{ '{' ~ slot ~ '}' }}') = 0 then {{ template }}
        else replace({{ template }}, '{{ '{' ~ slot ~ '}' }}', {{ affiliate }} ->> '{{ slot }}')
    end
{%- endmacro %}

{#- An address whose query holds `name={sub_id}`, in place of what `name` was, or after all others; a fragment stays at the end. -#}
{% macro with_sub_id(link, name) -%}
    case
        when {{ link }} ~ ('[?&]' || {{ name }} || '=')
            then regexp_replace({{ link }}, '([?&]' || {{ name }} || '=)[^&#]*', '\1{sub_id}')
        else
            split_part({{ link }}, '#', 1)
            || case when strpos(split_part({{ link }}, '#', 1), '?') > 0 then '&' else '?' end
            || {{ name }} || '={sub_id}'
            || coalesce(substring({{ link }} from '#.*$'), '')
    end
{%- endmacro %}
