{#-
    Pre-hook of fct_attribution: the orders of which something came to be known or whose time has come, what their customers ordered
    later (it may be a first order now), and what came after a visit with news; orders with another exchange rate, and every order that
    several channels share: the channels' effects are others every day. Their rows are forgotten. After note_sessions_with_news.
-#}
{% macro note_orders_to_attribute() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table orders_told on commit drop as
            select order_id from {{ ref('stg_shop__order_updates') }} where {{ is_news(since) }}
            union
            select order_id from {{ ref('fct_orders') }} where day >= {{ business_day(since) }} and event_at > {{ since }};
            create temporary table orders_to_attribute on commit drop as
            select order_id from orders_told
            union
            select orders.order_id
            from (
                -- whoever was ever told to have placed them, or to be in those visits
                select customer_key, event_at
                from {{ ref('stg_shop__order_updates') }}
                where order_id = any(array(select order_id from orders_told))
                union all
                select distinct events.customer_key, sessions.started_at
                from sessions_with_news as news
                inner join {{ ref('fct_sessions') }} as sessions on news.session_key = sessions.session_key
                inner join {{ ref('fct_events') }} as events on news.session_key = events.session_key
                where events.customer_key is not null
            ) as theirs
            inner join {{ ref('fct_orders') }} as orders
                on theirs.customer_key = orders.customer_key and theirs.event_at <= orders.event_at
            union
            select order_id from {{ ref('fct_orders') }} where {{ may_have_another_rate(since) }}
            union
            select order_id from {{ this }} where linear < 1;
            analyze orders_to_attribute;
            delete from {{ this }} as shares
            using orders_to_attribute as redo
            where shares.order_id = redo.order_id
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- Among orders: those of the customers of some orders, which a table lists. -#}
{% macro only_customers_of(some) -%}
    and customer_key in (
        select theirs.customer_key
        from {{ ref('fct_orders') }} as theirs
        inner join {{ some }} as named on theirs.order_id = named.order_id
    )
{%- endmacro %}
