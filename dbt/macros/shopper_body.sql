{#- What a shopper's page reads: the items that may be shown, with the source of the list, which is the source of its first item. -#}
{% macro shopper_body(items) -%}
    case
        when jsonb_typeof({{ items }}) = 'object'
            then jsonb_set({{ items }}, '{items}', {{ items_to_show(items ~ " -> 'items'") }})
        else jsonb_build_object('items', {{ items_to_show(items) }}, 'source', coalesce({{ items }} -> 0 ->> 'source', 'trending'))
    end
{%- endmacro %}
