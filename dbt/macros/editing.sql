{#- Holds for a row whose deal, offer, product or merchant an editor did not withhold; a null id is not withheld. -#}
{% macro may_be_shown(subject_kind, column) -%}
    coalesce({{ column }}::text, '') not in (select subject_id from {{ ref('int_withheld') }} where subject_kind = '{{ subject_kind }}')
{%- endmacro %}

{#- A field as an editor corrected it: `corrections` may name it with null, which takes it away. -#}
{% macro corrected(corrections, name, listed) -%}
    case when {{ corrections }} ? '{{ name }}' then {{ corrections }} ->> '{{ name }}' else {{ listed }} end
{%- endmacro %}

{#- A JSON list of items, in order, without those whose product an editor withheld. -#}
{% macro items_to_show(items) -%}
    (
        select coalesce(jsonb_agg(entry.item order by entry.place), '[]')
        from jsonb_array_elements({{ items }}) with ordinality as entry (item, place)
        where {{ may_be_shown('product', "(entry.item ->> 'product_id')") }}
    )
{%- endmacro %}
