{{ config(indexes=[{'columns': ['day', 'country', 'carrier'], 'unique': true}]) }}

with

deliveries as (
    select
        *,
        {{ or_unknown('country') }} as to_country,
        {{ or_unknown('carrier') }} as by_carrier
    from {{ ref('fct_delivery') }}
),

counted as (
    select
        day,
        to_country as country,
        by_carrier as carrier,
        count(*)::integer as deliveries,
        count(*) filter (where outcome = 'delivered')::integer as delivered,
        count(*) filter (where outcome = 'under_way')::integer as under_way,
        count(*) filter (where is_overdue)::integer as overdue,
        count(*) filter (where is_lost)::integer as lost,
        count(*) filter (where outcome = 'cancelled')::integer as cancelled,
        count(*) filter (where not is_late)::integer as on_time,
        count(*) filter (where is_late)::integer as late,
        (percentile_disc(0.5) within group (order by days_from_order))::integer as median_days,
        (percentile_disc(0.9) within group (order by days_from_order))::integer as slow_days
    from deliveries
    group by day, to_country, by_carrier
),

final as (
    select
        *,
        round(on_time::numeric / nullif(on_time + late, 0), 4) as on_time_share
    from counted
)

select * from final
