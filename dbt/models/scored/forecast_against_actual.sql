with

forecasts as (
    select * from {{ source('predictions', 'demand_forecasts') }}
    where {{ known('as_of') }} and day < {{ business_day(as_of()) }}
),

runs as (
    select * from {{ source('predictions', 'run') }}
    where capability = 'demand' and status = 'complete'
),

demand as (
    select * from {{ ref('fct_demand_daily') }}
),

actuals as (
    select
        'sku' as level,
        sku as series_id,
        day,
        units
    from demand
    union all
    select
        'category' as level,
        category as series_id,
        day,
        sum(units) as units
    from demand
    group by category, day
    union all
    select
        'total' as level,
        'total' as series_id,
        day,
        sum(units) as units
    from demand
    group by day
),

-- the last word before the day
lasts as (
    select distinct on (forecasts.level, forecasts.series_id, forecasts.day)
        forecasts.*,
        {{ business_day('forecasts.as_of') }} as made_on
    from forecasts
    inner join runs on forecasts.run_id = runs.run_id
    where {{ business_day('forecasts.as_of') }} <= forecasts.day
    order by forecasts.level, forecasts.series_id, forecasts.day, forecasts.as_of desc, runs.known_at desc, runs.run_id desc
),

final as (
    select
        lasts.level,
        lasts.series_id,
        lasts.day,
        lasts.made_on,
        lasts.q05,
        lasts.q50,
        lasts.q95,
        actuals.units::integer as units,
        actuals.units - lasts.q50 as error,
        actuals.units between lasts.q05 and lasts.q95 as is_inside,
        lasts.model,
        lasts.model_version
    from lasts
    inner join actuals
        on
            lasts.level = actuals.level
            and lasts.day = actuals.day
            and (lasts.series_id = actuals.series_id or lasts.level = 'total')
)

select * from final
