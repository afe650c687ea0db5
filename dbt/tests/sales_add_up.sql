-- Days and weeks hold each line of an order that was not cancelled exactly once: its units, and what it brought.
with

lines as (
    select
        coalesce(sum(lines.quantity) filter (where lines.kind = 'sale' and lines.quantity > 0), 0) as units,
        coalesce(sum(
            case
                when lines.kind = 'return' or (lines.kind = 'sale' and lines.quantity < 0) then -abs(lines.amount_reporting)
                else lines.amount_reporting
            end
        ), 0) as net_reporting
    from {{ ref('fct_order_lines') }} as lines
    left join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    where not coalesce(orders.is_cancelled, false)
),

days as (
    select
        coalesce(sum(units), 0) as units,
        coalesce(sum(net_reporting), 0) as net_reporting
    from {{ ref('fct_sales_daily') }}
),

weeks as (
    select
        coalesce(sum(units), 0) as units,
        coalesce(sum(net_reporting), 0) as net_reporting
    from {{ ref('fct_sales_weekly') }}
),

earned as (
    select coalesce(sum(net_reporting), 0) as net_reporting from {{ ref('platform_daily') }}
)

select
    lines.units as line_units,
    days.units as day_units,
    weeks.units as week_units,
    lines.net_reporting as line_net,
    days.net_reporting as day_net,
    weeks.net_reporting as week_net,
    earned.net_reporting as platform_net
from lines
cross join days
cross join weeks
cross join earned
where
    (lines.units, lines.net_reporting) is distinct from (days.units, days.net_reporting)
    or (lines.units, lines.net_reporting) is distinct from (weeks.units, weeks.net_reporting)
    or lines.net_reporting <> earned.net_reporting
