{#-
    An amount in the reporting currency; `rates` is a row of int_exchange_rates for the amount's currency and day.
    Without a rate the answer is null, never the amount itself.
-#}
{% macro to_reporting(amount, currency, rates) -%}
    case when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }} else round({{ amount }} * {{ rates }}.rate, 4) end
{%- endmacro %}

{#- The day of the rate that `to_reporting` used. -#}
{% macro rate_day(currency, day, rates) -%}
    case when {{ currency }} = '{{ var("reporting_currency") }}' then {{ day }} else {{ rates }}.rate_day end
{%- endmacro %}

{#- 100 * (reference - price) / reference, null unless the reference stands above the price. -#}
{% macro discount_pct(price, reference) -%}
    case when {{ reference }} > {{ price }} then round(100 * ({{ reference }} - {{ price }}) / {{ reference }}, 2) end
{%- endmacro %}

{#- An amount in the reporting currency, exchanged back into `currency`. -#}
{% macro from_reporting(amount, currency, rates) -%}
    case when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }} else round({{ amount }} / {{ rates }}.rate, 4) end
{%- endmacro %}
