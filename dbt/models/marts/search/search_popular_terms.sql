{{ config(indexes=[{'columns': ['term'], 'unique': true}]) }}

with

searches as (
    select
        {{ searchable('searches.term') }} as term,
        searches.term as written,
        searches.session_key,
        searches.is_zero_result,
        searches.is_clicked,
        coalesce(sessions.customer_key, sessions.anonymous_id) as shopper
    from {{ ref('fct_searches') }} as searches
    inner join {{ ref('fct_sessions') }} as sessions on searches.session_key = sessions.session_key
    where searches.day > {{ business_day(as_of()) }} - {{ var('search_days') }}
),

final as (
    select
        term,
        mode() within group (order by written) as written,
        count(*)::integer as searches,
        count(distinct shopper)::integer as shoppers,
        count(*) filter (where is_zero_result)::integer as zero_results,
        count(*) filter (where is_clicked)::integer as clicked
    from searches
    where term <> ''
    group by term
)

select * from final
