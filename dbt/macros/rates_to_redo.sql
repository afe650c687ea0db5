{#-
    The days, of an amount, whose exchange rate may have come or changed since: a rate stands for `rate_days` days after its own.
    For a model that takes news of batches: rates are batches like any other.
-#}
{% macro days_with_rate_news(since) -%}
    select days.day::date as day
    from (
        select distinct day from {{ ref('stg_reference__fx_rates') }} where {{ is_news(since) }}
    ) as news
    cross join lateral generate_series(news.day, news.day + {{ var("rate_days") }}, interval '1 day') as days (day)
{%- endmacro %}

{#- Holds for a row with an amount in another currency, on such a day. -#}
{% macro may_have_another_rate(since, alias='') -%}
    {%- set prefix = alias ~ '.' if alias else '' -%}
    {{ prefix }}currency <> '{{ var("reporting_currency") }}' and {{ prefix }}day in ({{ days_with_rate_news(since) }})
{%- endmacro %}
