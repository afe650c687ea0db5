{{ config(indexes=[{'columns': ['day', 'term'], 'unique': true}, {'columns': ['term']}]) }}

with

searches as (
    select * from {{ ref('fct_searches') }}
    where term <> ''
),

final as (
    select
        day,
        term,
        count(*)::integer as searches,
        count(distinct session_key)::integer as sessions,
        count(*) filter (where is_zero_result)::integer as zero_results,
        count(*) filter (where results is null)::integer as results_untold,
        count(*) filter (where is_clicked)::integer as clicked,
        sum(clicks)::integer as clicks,
        round(avg(click_position), 2) as mean_click_position,
        count(*) filter (where is_purchased)::integer as purchased
    from searches
    group by day, term
)

select * from final
