-- Every event known at as_of stands in the mart exactly once.
with

received as (
    select count(distinct event_id) as events
    from {{ ref('stg_shop__events') }}
),

kept as (
    select count(*) as events
    from {{ ref('fct_events') }}
)

select
    received.events as received,
    kept.events as kept
from received
cross join kept
where received.events <> kept.events
