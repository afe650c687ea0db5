{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('fct_events') }}
    where customer_key is not null and event_at <= {{ as_of() }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where customer_key is not null and not is_cancelled
),

lines as (
    select * from {{ ref('fct_order_lines') }}
    where kind = 'sale' and quantity > 0
),

deals as (
    select * from {{ ref('fct_deals') }}
),

skus as (
    select * from {{ ref('house_sku') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select * from {{ ref('int_products') }}
),

kinds as (
    select *
    from (
        values
        ('product_view', 'view'),
        ('add_to_cart', 'cart'),
        ('deal_click', 'click'),
        ('deal_save', 'save'),
        ('impression', 'impression')
    ) as kinds (event_kind, kind)
),

sku_products as (
    select
        skus.sku,
        matches.product_id
    from skus
    inner join matches on skus.offer_id = matches.offer_id
),

seen as (
    select
        events.customer_key,
        coalesce(products.resolved_id, sku_products.product_id, matches.product_id) as product_id,
        events.event_at,
        kinds.kind,
        1 as quantity,
        null::numeric(14, 4) as price_reporting,
        events.country
    from events
    inner join kinds on events.kind = kinds.event_kind
    left join products on events.product_id = products.product_id
    left join sku_products on events.sku = sku_products.sku
    left join deals on events.deal_id = deals.deal_id
    left join matches on deals.offer_id = matches.offer_id
),

bought as (
    select
        orders.customer_key,
        sku_products.product_id,
        lines.event_at,
        'purchase' as kind,
        lines.quantity,
        lines.unit_price_reporting as price_reporting,
        orders.country
    from lines
    inner join orders on lines.order_id = orders.order_id
    inner join sku_products on lines.sku = sku_products.sku
),

final as (
    select
        customer_key,
        product_id,
        event_at,
        kind,
        quantity,
        price_reporting,
        country,
        {{ as_of() }} as as_of
    from seen
    where product_id is not null
    union all
    select
        customer_key,
        product_id,
        event_at,
        kind,
        quantity,
        price_reporting,
        country,
        {{ as_of() }} as as_of
    from bought
)

select * from final
