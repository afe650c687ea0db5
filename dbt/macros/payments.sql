{#- Which way a payment's money went: taken, given_back, or null where none moved (authorised, failed, an unknown word). -#}
{% macro payment_direction(status, amount) -%}
    case
        when {{ status }} in ('refunded', 'refund', 'partially_refunded', 'charged_back', 'chargeback') then 'given_back'
        when {{ status }} in ('captured', 'settled', 'paid', 'completed', 'succeeded', 'success')
            then case when {{ amount }} < 0 then 'given_back' else 'taken' end
    end
{%- endmacro %}

{#-
    Pre-hook of fct_payment_reconciliation: the orders of which, or of whose payments, something came to be known, a day's exchange
    rate included. Their rows are forgotten.
-#}
{% macro note_orders_to_reconcile() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table orders_to_reconcile on commit drop as
            select order_id from {{ ref('stg_shop__order_updates') }} where {{ is_news(since) }}
            union
            -- every order that a payment ever named: it may have been another's before
            select order_id
            from {{ ref('stg_shop__payment_updates') }}
            where payment_id = any(
                array(select payment_id from {{ ref('stg_shop__payment_updates') }} where {{ is_news(since) }})
            )
            union
            select order_id from {{ ref('fct_orders') }} where {{ may_have_another_rate(since) }}
            union
            select order_id from {{ ref('fct_payments') }} where {{ may_have_another_rate(since) }}
            union
            -- a shop that told no payments tells its first
            select order_id from {{ this }} where finding = 'not_told' and exists (select from {{ ref('fct_payments') }});
            analyze orders_to_reconcile;
            delete from {{ this }} as orders
            using orders_to_reconcile as redo
            where orders.order_id = redo.order_id
        {%- endif %}
    {%- endif %}
{%- endmacro %}
