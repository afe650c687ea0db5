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

{#- Pre-hook: the visits of which something came to be known since the last build. -#}
{% macro note_sessions_with_news() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table sessions_with_news on commit drop as
            select distinct {{ session_key('news') }} as session_key
            from {{ ref('stg_shop__events') }} as news
            where {{ is_news(since, 'news') }};
            analyze sessions_with_news
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#-
    Pre-hook of fct_touchpoints: the orders of which, or of whose visits, something came to be known, and those that lay ahead.
    Their rows are forgotten.
-#}
{% macro note_orders_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table orders_to_redo on commit drop as
            select order_id from {{ ref('stg_shop__order_updates') }} where {{ is_news(since) }}
            union
            select order_id from {{ ref('fct_orders') }} where day >= {{ business_day(since) }} and event_at > {{ since }}
            union
            -- a visit may have been another's before
            select order_id from {{ this }} where session_key in (select session_key from sessions_with_news)
            union
            select orders.order_id
            from {{ ref('fct_sessions') }} as sessions
            inner join {{ ref('fct_orders') }} as orders
                on
                    sessions.customer_key = orders.customer_key
                    and sessions.started_at between orders.event_at - {{ lookback() }} and orders.event_at
            where sessions.session_key in (select session_key from sessions_with_news);
            analyze orders_to_redo;
            delete from {{ this }} as touches
            using orders_to_redo as redo
            where touches.order_id = redo.order_id
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- How long before an order its visits count. -#}
{% macro lookback() -%}
    interval '{{ var("attribution_days") }} days'
{%- endmacro %}

{#- What is known of a visit's side in an aggregate, where a null would be no key. -#}
{% macro or_unknown(column) -%}
    coalesce({{ column }}, 'unknown')
{%- endmacro %}

{#- In which fifth of all rows a value lies, 1 the lowest; equal values lie in the same, the lower one. -#}
{% macro fifth(column) -%}
    least(5, 1 + floor(5 * percent_rank() over (order by {{ column }})))::integer
{%- endmacro %}
