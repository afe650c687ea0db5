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

{#-
    On how many observed days since `cut` an offer stood there; `lows` is its row of offer_low_prices. What lies between two looks adds
    up, so the times at which it was away are taken from the whole.
-#}
{% macro looks_while_listed(lows, cut, looks) -%}
    {%- set from_cut = "greatest(" ~ lows ~ ".listed_from, " ~ cut ~ ")" -%}
    case
        when {{ lows }}.listed_from is null then 0
        else {{ looks_between(from_cut, "least(" ~ lows ~ ".listed_to, " ~ through_as_of() ~ ")", looks) }}
    end
    - case
        when {{ lows }}.away is null then 0
        else (
            select sum({{ looks_between("greatest(lower(away.gap), " ~ cut ~ ")", "upper(away.gap)", looks) }})::integer
            from unnest({{ lows }}.away) as away (gap)
        )
    end
{%- endmacro %}

{#- Pre-hook of offer_low_prices: a price leaves the last 30 days, or may now be told, though the offer says nothing new. -#}
{% macro queue_offers_whose_lows_move() -%}
    {%- if execute and built_for() %}
        insert into intermediate.offers_to_redo (model, offer_id)
        select '{{ this.name }}', offer_id
        from {{ this }}
        where is_unsettled or next_leaves_at <= {{ as_of() }} - interval '30 days'
        on conflict do nothing
    {%- endif %}
{%- endmacro %}
