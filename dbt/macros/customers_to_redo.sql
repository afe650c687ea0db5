{#-
    Pre-hook of customer_value: the customers of whom, of whose orders or of whose visits something came to be known, and those of
    whose something lay ahead. Who was ever told to have placed an order, or to be in a visit, counts: it may be another's now.
    Their rows are forgotten. After note_sessions_with_news.
-#}
{% macro note_customers_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            {%- set ahead -%} day >= {{ business_day(since) }} and {%- endset %}
            create temporary table customers_to_redo on commit drop as
            select customer_key from {{ ref('stg_shop__customer_updates') }} where {{ is_news(since) }}
            union
            select customer_key
            from {{ ref('stg_shop__order_updates') }}
            where
                customer_key is not null
                and order_id = any(
                    array(
                        select order_id from {{ ref('stg_shop__order_updates') }} where {{ is_news(since) }}
                        union
                        select order_id from {{ ref('stg_shop__order_line_updates') }} where {{ is_news(since) }}
                        union
                        select order_id from {{ ref('fct_orders') }} where {{ may_have_another_rate(since) }}
                        union
                        select order_id from {{ ref('fct_order_lines') }} where {{ may_have_another_rate(since) }}
                        union
                        select order_id from {{ ref('fct_orders') }} where {{ ahead }} event_at > {{ since }}
                        union
                        select order_id from {{ ref('fct_order_lines') }} where {{ ahead }} event_at > {{ since }}
                        union
                        select lines.order_id
                        from ({{ skus_named_anew(since) }}) as skus
                        inner join {{ ref('fct_order_lines') }} as lines on skus.sku = lines.sku
                    )
                )
            union
            select customer_key
            from {{ ref('fct_events') }}
            where customer_key is not null and session_key in (select session_key from sessions_with_news)
            union
            select customer_key
            from {{ ref('fct_sessions') }}
            where customer_key is not null and {{ ahead }} started_at > {{ since }};
            analyze customers_to_redo;
            delete from {{ this }} as customers
            using customers_to_redo as redo
            where customers.customer_key = redo.customer_key
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- The articles that are told of for the first time, or that were not always of the same category and brand. -#}
{% macro skus_named_anew(since) -%}
    select sku
    from {{ ref('stg_shop__product_updates') }}
    where sku in (select sku from {{ ref('stg_shop__product_updates') }} where {{ is_news(since) }})
    group by sku
    having count(distinct jsonb_build_array(category, brand)) > 1 or bool_and({{ is_news(since) }})
{%- endmacro %}

{#- Among a customer's rows: those of the customers to redo, where only some are. -#}
{% macro only_customers_to_redo(since) -%}
    {%- if since %} and customer_key in (select redo.customer_key from customers_to_redo as redo){% endif -%}
{%- endmacro %}
