{{ config(indexes=[{'columns': ['customer_key'], 'unique': true}]) }}

with

customers as (
    select * from {{ ref('stg_shop__customers') }}
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
