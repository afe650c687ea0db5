{#- Which way a payment's money went: taken, given_back, or null where none moved (authorised, failed, an unknown word). -#}
{% macro payment_direction(status, amount) -%}
    case
        when {{ status }} in ('refunded', 'refund', 'partially_refunded', 'charged_back', 'chargeback') then 'given_back'
        when {{ status }} in ('captured', 'settled', 'paid', 'completed', 'succeeded', 'success')
            then case when {{ amount }} < 0 then 'given_back' else 'taken' end
    end
{%- endmacro %}
