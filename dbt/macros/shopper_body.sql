{#- What a shopper's page reads: the items with the source of the list, which is the source of its first item. -#}
{% macro shopper_body(items) -%}
    case
        when jsonb_typeof({{ items }}) = 'object' then {{ items }}
        else jsonb_build_object('items', {{ items }}, 'source', coalesce({{ items }} -> 0 ->> 'source', 'trending'))
    end
{%- endmacro %}
