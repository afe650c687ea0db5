{{ config(indexes=[{'columns': ['promotion_id', 'sku'], 'unique': true}]) }}
{%- set today = business_day(as_of()) %}

with

-- as the shop stated it last
promotions as (
    select distinct on (promotion_id, sku)
        promotion_id,
        sku,
        kind,
        discount_pct,
        {{ business_day('starts_at') }} as first_day,
        {{ business_day("ends_at - interval '1 microsecond'") }} as last_day
    from {{ ref('stg_shop__promotion_updates') }}
    order by promotion_id, sku, updated_at desc, loaded_at desc, batch_id desc, row_no desc
),

demand as (
    select * from {{ ref('fct_demand_daily') }}
),

-- a day that closed without stock says nothing of what was wanted, and another promotion's day is no ordinary one
compared as (
    select
        promotions.promotion_id,
        promotions.sku,
        promotions.kind,
        promotions.discount_pct,
        promotions.first_day,
        promotions.last_day,
        count(*) filter (where demand.day >= promotions.first_day) as days,
        count(*) filter (where demand.day < promotions.first_day) as days_before,
        sum(demand.units) filter (where demand.day >= promotions.first_day) as units,
        sum(demand.units) filter (where demand.day < promotions.first_day) as units_before,
        sum(demand.revenue_reporting) filter (where demand.day >= promotions.first_day) as revenue_reporting
    from promotions
    inner join demand
        on
            promotions.sku = demand.sku
            and promotions.first_day - 28 <= demand.day
            and promotions.last_day >= demand.day
            and not demand.is_stock_out
            and (promotions.first_day <= demand.day or not demand.on_promotion)
    where promotions.first_day < {{ today }}
    group by
        promotions.promotion_id,
        promotions.sku,
        promotions.kind,
        promotions.discount_pct,
        promotions.first_day,
        promotions.last_day
),

rated as (
    select
        *,
        units::numeric / days as units_per_day,
        case when days_before >= 7 then units_before::numeric / days_before end as units_per_day_before
    from compared
    where days > 0
),

final as (
    select
        promotion_id,
        sku,
        kind,
        discount_pct,
        first_day,
        last_day,
        last_day < {{ today }} as is_over,
        days::integer as days,
        days_before::integer as days_before,
        units::integer as units,
        revenue_reporting,
        round(units_per_day, 4) as units_per_day,
        round(units_per_day_before, 4) as units_per_day_before,
        round(units_per_day / nullif(units_per_day_before, 0) - 1, 4) as uplift,
        round((units_per_day - units_per_day_before) * days, 2) as extra_units
    from rated
)

select * from final
