{{ config(indexes=[{'columns': ['sku'], 'unique': true}]) }}

with

movements as (
    select * from {{ ref('stg_shop__inventory_movements') }}
),

final as (
    select
        sku,
        sum(quantity)::integer as stock,
        max(event_at) as last_movement_at
    from movements
    where event_at <= {{ as_of() }}
    group by sku
)

select * from final
