with

days as (
    select generate_series(
        ({{ business_day(as_of()) }} - interval '5 years')::timestamp,
        ({{ business_day(as_of()) }} + interval '1 year')::timestamp,
        interval '1 day'
    )::date as day
),

final as (
    select
        day,
        extract(isoyear from day)::integer as iso_year,
        extract(week from day)::integer as iso_week,
        extract(isodow from day)::integer as weekday,
        extract(isodow from day) in (6, 7) as is_weekend,
        extract(year from day)::integer as year,
        extract(quarter from day)::integer as quarter,
        extract(month from day)::integer as month
    from days
)

select * from final
