{#-
    From when on rows are news to an incremental model: its newest row known, less `late_days` in which a late batch may still land.
    None means that everything is news: the first build, a full refresh, or a build for an as_of that lies before what the table knows.
-#}
{% macro news_since(column) %}
    {%- if not (execute and is_incremental()) %}{{ return(none) }}{% endif -%}
    {%- set newest = newest_known(column) -%}
    {{ return(none if newest.since is none or newest.is_ahead else "'" ~ newest.since ~ "'::timestamptz") }}
{% endmacro %}

{#- Pre-hook: a table that knows more than as_of answers for another instant, so it is emptied and filled again. -#}
{% macro start_over_when_ahead(column) %}
    {%- if execute and is_incremental() and newest_known(column).is_ahead %}truncate {{ this }}{% endif -%}
{% endmacro %}

{% macro newest_known(column) %}
    {%- set query -%}
        select
            to_char((max({{ column }}) - interval '{{ var("late_days") }} days') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"'),
            coalesce(max({{ column }}) > {{ as_of() }}, false)
        from {{ this }}
    {%- endset -%}
    {%- set row = run_query(query).rows[0] -%}
    {{ return({'since': row[0], 'is_ahead': row[1]}) }}
{% endmacro %}

{#- Pre-hook: forget every row of the offers whose versions changed, those too that will have no row any more. -#}
{% macro forget_changed_offers(column) %}
    {%- if execute and is_incremental() %}
        {%- set since = news_since(column) -%}
        delete from {{ this }}{% if since %} where offer_id in ({{ changed_offers(since) }}){% endif %}
    {%- endif -%}
{% endmacro %}

{#- The offers whose versions changed since then. -#}
{% macro changed_offers(since) -%}
    select offer_id from {{ ref('int_offer_versions') }} where known_from >= {{ since }} or known_to >= {{ since }}
{%- endmacro %}
