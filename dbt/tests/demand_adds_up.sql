-- Every unit sold before today stands in the dense demand exactly once.
with

sold as (
    select coalesce(sum(lines.quantity), 0) as units
    from {{ ref('fct_order_lines') }} as lines
    left join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    where
        lines.kind = 'sale'
        and lines.quantity > 0
        and not coalesce(orders.is_cancelled, false)
        and lines.day < {{ business_day(as_of()) }}
),

dense as (
    select coalesce(sum(units), 0) as units
    from {{ ref('fct_demand_daily') }}
)

select
    sold.units as sold,
    dense.units as dense
from sold
cross join dense
where sold.units <> dense.units
