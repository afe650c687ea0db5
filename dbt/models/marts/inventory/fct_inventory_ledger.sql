{{ config(indexes=[{'columns': ['sku', 'location', 'day'], 'unique': true}]) }}

with

movements as (
    select * from {{ ref('stg_shop__inventory_movements') }}
    where event_at <= {{ as_of() }}
),

running as (
    select
        sku,
        location,
        kind,
        quantity,
        {{ business_day('event_at') }} as day,
        sum(quantity) over (partition by sku, location order by event_at, movement_id) as stock
    from movements
),

days as (
    select
        sku,
        location,
        day,
        coalesce(sum(quantity) filter (where quantity > 0), 0)::integer as units_in,
        coalesce(-sum(quantity) filter (where quantity < 0), 0)::integer as units_out,
        coalesce(-sum(quantity) filter (where kind = 'sale'), 0)::integer as units_sold,
        sum(quantity)::integer as change,
        min(stock)::integer as lowest,
        count(*)::integer as movements
    from running
    group by sku, location, day
),

balanced as (
    select
        *,
        sum(change) over (partition by sku, location order by day)::integer as closing
    from days
),

final as (
    select
        sku,
        location,
        day,
        closing - change as opening,
        units_in,
        units_out,
        units_sold,
        closing,
        lowest,
        lowest < 0 as is_oversell,
        greatest(-lowest, 0) as oversold_units,
        movements
    from balanced
)

select * from final
