{{ config(materialized='view') }}

with

customers as (
    select * from {{ ref('dim_customer') }}
),

orders as (
    select
        customer_key,
        orders,
        last_order_at
    from {{ ref('customer_value') }}
),

final as (
    select
        customers.customer_key,
        {{ as_of() }} as as_of,
        customers.country,
        customers.city,
        customers.language,
        customers.registered_at,
        coalesce(orders.orders, 0) as orders,
        orders.last_order_at
    from customers
    left join orders on customers.customer_key = orders.customer_key
)

select * from final
