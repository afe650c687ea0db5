{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["set local work_mem = '64MB'", "{{ take_news() }}", "{{ note_stock_to_redo() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['sku', 'location', 'day'], 'unique': true}],
) }}
-- depends_on: {{ ref('stg_shop__inventory_movement_updates') }}
{%- set since = built_for() %}

with

movements as (
    select
        *,
        {{ business_day('event_at') }} as day
    from {{ ref('stg_shop__inventory_movements') }}
    {%- if since %}
    -- an array, so that the first states of these movements alone are sought
    where movement_id = any(
            array(
                select updates.movement_id
                from stock_to_redo as redo
                inner join {{ ref('stg_shop__inventory_movement_updates') }} as updates
                    on
                        redo.sku = updates.sku
                        and redo.location = updates.location
                        and updates.event_at >= {{ start_of_day('redo.from_day') }}
            )
        )
    {%- endif %}
),

known as (
    select
        movements.*,
        {{ 'redo.opening' if since else '0' }} as opening
    from movements
    {%- if since %}
    inner join stock_to_redo as redo
        on
            movements.sku = redo.sku
            and movements.location = redo.location
            and movements.day >= redo.from_day
    {%- endif %}
    where movements.event_at <= {{ as_of() }}
),

running as (
    select
        sku,
        location,
        kind,
        quantity,
        day,
        opening,
        opening + sum(quantity) over (partition by sku, location order by event_at, movement_id) as stock
    from known
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
        min(opening)::integer as opening,
        count(*)::integer as movements
    from running
    group by sku, location, day
),

balanced as (
    select
        *,
        (opening + sum(change) over (partition by sku, location order by day))::integer as closing
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
