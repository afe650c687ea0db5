{{ config(
    materialized='incremental',
    unique_key='customer_key',
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['customer_key'], 'unique': true}],
) }}
-- depends_on: {{ ref('stg_shop__customer_updates') }}
{%- set since = built_for() %}

with

customers as (
    select * from {{ ref('stg_shop__customers') }}
    {%- if since %}
    where customer_key = any(array(select customer_key from {{ ref('stg_shop__customer_updates') }} where {{ is_news(since) }}))
    {%- endif %}
),

final as (
    select
        customer_key,
        country,
        city,
        language,
        channel,
        registered_at
    from customers
)

select * from final
