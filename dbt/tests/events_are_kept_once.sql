-- The mart holds every event that came to be known within a day (those before were asked about on their day), and no more than
-- came; that it holds none twice is the word of its unique index.
with

received as (
    select count(*) as events
    from {{ ref('stg_shop__events') }}
),

kept as (
    select count(*) as events
    from {{ ref('fct_events') }}
),

missing as (
    select count(*) as events
    from {{ ref('stg_shop__events') }} as news
    left join {{ ref('fct_events') }} as events on news.event_id = events.event_id
    where news.loaded_at > {{ as_of() }} - interval '1 day' and events.event_id is null
)

select
    received.events as received,
    kept.events as kept,
    missing.events as missing
from received
cross join kept
cross join missing
where kept.events > received.events or missing.events > 0
