with

forecasts as (
    select * from {{ source('predictions', 'demand_forecasts') }}
    where run_id = {{ latest_run('demand') }} and level = 'category'
),

final as (
    select
        series_id as category,
        day,
        q05,
        q50,
        q95,
        model,
        model_version,
        as_of
    from forecasts
)

select * from final
