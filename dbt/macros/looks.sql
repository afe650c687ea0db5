{#-
    On how many observed days the time from `start` (inclusive) to `finish` (exclusive) was looked at; `looks` is the sorted array
    of a merchant's looks, one a day. Counting in an array is a binary search: nothing is expanded to days.
-#}
{% macro looks_between(start, finish, looks) -%}
    greatest(0, coalesce(
        width_bucket({{ finish }} - interval '1 microsecond', {{ looks }}) - width_bucket({{ start }} - interval '1 microsecond', {{ looks }}),
        0
    ))
{%- endmacro %}

{#- Each merchant's sorted looks, as `looks_between` wants them. -#}
{% macro looks_of_merchants() -%}
    select
        merchant_id,
        array_agg(observed_at order by observed_at) as looks
    from {{ ref('int_observed_days') }}
    group by merchant_id
{%- endmacro %}

{#- The end of a window that includes as_of itself. -#}
{% macro through_as_of() -%}
    ({{ as_of() }} + interval '1 microsecond')
{%- endmacro %}
