-- Every event of a visit stands in it once, every visit in the funnel, and every search of a visit among the searches.
with

counted as (
    select
        (select count(*) from {{ ref('fct_events') }} where session_key is not null) as events,
        (select coalesce(sum(events), 0) from {{ ref('fct_sessions') }}) as events_of_visits,
        (select count(*) from {{ ref('fct_sessions') }}) as visits,
        (select coalesce(sum(sessions), 0) from {{ ref('fct_funnel_daily') }}) as visits_of_funnel,
        (select coalesce(sum(searches), 0) from {{ ref('fct_sessions') }}) as searches_of_visits,
        (select count(*) from {{ ref('fct_searches') }}) as searches
)

select *
from counted
where events <> events_of_visits or visits <> visits_of_funnel or searches_of_visits <> searches
