{{ config(indexes=[{'columns': ['sku'], 'unique': true}]) }}
{%- set today = business_day(as_of()) %}

with

inventory as (
    select * from {{ ref('fct_inventory') }}
),

skus as (
    select * from {{ ref('house_sku') }}
),

-- days that closed without stock hide what was wanted: the others say what a day sells
demand as (
    select
        sku,
        max(day) filter (where units > 0) as last_sold_day,
        count(*) filter (where is_recent and not is_stock_out) as days_in_stock,
        count(*) filter (where is_recent and is_stock_out) as stock_out_days,
        coalesce(sum(units) filter (where is_recent and not is_stock_out), 0) as units_in_stock,
        coalesce(sum(units) filter (where is_recent and is_stock_out), 0) as units_at_stock_out,
        avg(price_reporting) filter (where is_recent and is_stock_out) as price_at_stock_out
    from (
        select
            *,
            day >= {{ today }} - {{ var("performance_days") }} as is_recent
        from {{ ref('fct_demand_daily') }}
        where day >= {{ today }} - 90
    ) as days
    group by sku
),

receipts as (
    select
        sku,
        {{ business_day('event_at') }} as day,
        sum(quantity) as quantity
    from {{ ref('stg_shop__inventory_movements') }}
    where quantity > 0 and event_at <= {{ as_of() }}
    group by sku, {{ business_day('event_at') }}
),

-- first in, first out: what lies there came with the newest receipts
stacked as (
    select
        *,
        sum(quantity) over (partition by sku order by day desc) - quantity as newer
    from receipts
),

layers as (
    select
        stacked.sku,
        {{ today }} - stacked.day as age_days,
        least(stacked.quantity, inventory.stock - stacked.newer) as units
    from stacked
    inner join inventory on stacked.sku = inventory.sku
    where inventory.stock > stacked.newer
),

ages as (
    select
        sku,
        sum(units) filter (where age_days <= 30) as units_to_30d,
        sum(units) filter (where age_days between 31 and 90) as units_to_90d,
        sum(units) filter (where age_days > 90) as units_over_90d,
        round(sum(age_days * units) / sum(units), 1) as mean_age_days
    from layers
    group by sku
),

measured as (
    select
        inventory.sku,
        coalesce(skus.category, 'other') as category,
        inventory.stock,
        inventory.value_at_cost,
        inventory.currency,
        skus.lead_time_days,
        demand.last_sold_day,
        coalesce(demand.stock_out_days, 0) as stock_out_days,
        demand.units_in_stock::numeric / nullif(demand.days_in_stock, 0) as units_per_day,
        demand.units_at_stock_out,
        demand.price_at_stock_out,
        coalesce(ages.units_to_30d, 0) as units_to_30d,
        coalesce(ages.units_to_90d, 0) as units_to_90d,
        coalesce(ages.units_over_90d, 0) as units_over_90d,
        ages.mean_age_days
    from inventory
    left join skus on inventory.sku = skus.sku
    left join demand on inventory.sku = demand.sku
    left join ages on inventory.sku = ages.sku
),

estimated as (
    select
        *,
        round(stock / nullif(units_per_day, 0), 1) as days_of_cover,
        case
            when units_per_day is not null then greatest(0, units_per_day * stock_out_days - units_at_stock_out)
        end as lost_units
    from measured
),

final as (
    select
        sku,
        category,
        stock,
        value_at_cost,
        currency,
        round(units_per_day, 4) as units_per_day,
        case when stock > 0 then days_of_cover end as days_of_cover,
        stock_out_days::integer as stock_out_days,
        round(lost_units, 2) as lost_units,
        round(lost_units * price_at_stock_out, 2) as lost_reporting,
        last_sold_day,
        units_to_30d::integer as units_to_30d,
        units_to_90d::integer as units_to_90d,
        units_over_90d::integer as units_over_90d,
        mean_age_days,
        case
            when stock < 0 then 'oversold'
            when stock = 0 then 'out_of_stock'
            when last_sold_day is null then 'unsold'
            when days_of_cover < lead_time_days then 'reorder'
            when days_of_cover > 180 then 'overstocked'
            else 'healthy'
        end as disposition
    from estimated
)

select * from final
