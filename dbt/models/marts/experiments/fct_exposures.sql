{{ config(indexes=[{'columns': ['experiment', 'unit'], 'unique': true}, {'columns': ['experiment', 'day']}]) }}

with

events as (
    select * from {{ ref('fct_events') }}
    where variant is not null
),

told as (
    select * from {{ ref('stg_shop__exposures') }}
),

exposures as (
    select
        case when variant like '%:%' then split_part(variant, ':', 1) else 'default' end as experiment,
        case when variant like '%:%' then substr(variant, strpos(variant, ':') + 1) else variant end as variant,
        coalesce(anonymous_id, customer_key) as unit,
        anonymous_id,
        customer_key,
        event_at
    from events
    union all
    select
        experiment,
        variant,
        coalesce(anonymous_id, customer_key) as unit,
        anonymous_id,
        customer_key,
        event_at
    from told
),

units as (
    select
        *,
        max(customer_key) over (partition by experiment, unit) as known_customer,
        min(variant) over (partition by experiment, unit) <> max(variant) over (partition by experiment, unit) as is_mixed
    from exposures
    where unit is not null
),

final as (
    select distinct on (experiment, unit)
        experiment,
        unit,
        variant,
        is_mixed,
        anonymous_id,
        known_customer as customer_key,
        {{ business_day('event_at') }} as day,
        event_at as exposed_at
    from units
    order by experiment, unit, event_at, variant
)

select * from final
