{#- The percentage that a merchant writes: "-20 %", "Save 20%", "20 % Rabatt"; "100 % cotton" or "5% fat" state none. -#}
{% macro stated_discount_pct(words) -%}
    coalesce(
        substring({{ words }} from '(?i)(?:^|[^0-9.,%])(?:-|−|–|save |spare |sparen sie )([0-9]{1,2}) ?%'),
        substring({{ words }} from '(?i)(?:^|[^0-9.,])([0-9]{1,2}) ?% (?:off|rabatt|reduziert|günstiger|discount|korting|rabat|sconto|de (?:descuento|réduction|remise))')
    )::numeric(5, 2)
{%- endmacro %}
