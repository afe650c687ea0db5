{{ config(indexes=[{'columns': ['term', 'instead'], 'unique': true}]) }}

with

searches as (
    select
        searches.session_key,
        searches.search_no,
        searches.day,
        searches.is_zero_result,
        searches.results,
        searches.is_clicked,
        {{ searchable('searches.term') }} as term,
        coalesce(sessions.customer_key, sessions.anonymous_id) as shopper
    from {{ ref('fct_searches') }} as searches
    inner join {{ ref('fct_sessions') }} as sessions on searches.session_key = sessions.session_key
    where searches.day > {{ business_day(as_of()) }} - {{ var('search_days') }}
),

-- the next search of the visit that found something says what was meant
followed as (
    select
        searches.*,
        lead(term) over visit as instead,
        lead(results) over visit as results_instead,
        lead(is_clicked) over visit as is_clicked_instead
    from searches
    window visit as (partition by session_key order by search_no)
),

final as (
    select
        term,
        instead,
        round(similarity(term, instead)::numeric, 3) as likeness,
        count(*)::integer as searches,
        count(distinct shopper)::integer as shoppers,
        count(*) filter (where is_clicked_instead)::integer as clicked,
        max(day) as last_day
    from followed
    where is_zero_result and results_instead > 0 and term <> instead and term <> '' and instead <> ''
    group by term, instead
)

select * from final
