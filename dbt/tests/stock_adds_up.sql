-- The stock of all articles is the sum of the movements that raw knows, each counted once.
with

moved as (
    select coalesce(sum(quantity), 0) as units
    from (
        select (array_agg(quantity order by loaded_at, batch_id, row_no))[1] as quantity
        from {{ source('raw_shop', 'shop_inventory_movements') }}
        where {{ known() }} and event_at <= {{ as_of() }}
        group by shop_id, movement_id
    ) as movements
),

kept as (
    select coalesce(sum(stock), 0) as units
    from {{ ref('fct_inventory') }}
)

select
    moved.units as moved,
    kept.units as kept
from moved
cross join kept
where moved.units <> kept.units
