{{ config(
    materialized='incremental',
    unique_key='customer_key',
    incremental_strategy='delete+insert',
    pre_hook="{{ take_news() }}",
    post_hook="{{ built() }}",
    indexes=[{'columns': ['customer_key', 'valid_from'], 'unique': true}],
) }}
{%- set since = built_for() %}

with

updates as (
    select * from {{ ref('stg_shop__customer_updates') }}
    {%- if since %}
    where customer_key = any(array(select customer_key from {{ ref('stg_shop__customer_updates') }} where {{ is_news(since) }}))
    {%- endif %}
),

-- of one instant what was known last
latest as (
    select distinct on (customer_key, updated_at)
        *,
        jsonb_build_array(country, city, language, channel, is_newsletter) as attributes
    from updates
    order by customer_key, updated_at, loaded_at desc, batch_id desc, row_no desc
),

compared as (
    select
        *,
        lag(attributes) over (partition by customer_key order by updated_at) as attributes_before
    from latest
),

changes as (
    select *
    from compared
    where attributes is distinct from attributes_before
),

final as (
    select
        customer_key,
        updated_at as valid_from,
        lead(updated_at) over (partition by customer_key order by updated_at) as valid_to,
        country,
        city,
        language,
        channel,
        is_newsletter,
        registered_at,
        loaded_at as known_from
    from changes
)

select * from final
