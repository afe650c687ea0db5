{{ config(indexes=[{'columns': ['term', 'product_id'], 'unique': true}]) }}

with

searches as (
    select
        searches.session_key,
        searches.search_no,
        searches.term,
        searches.event_at,
        lead(searches.event_at, 1, 'infinity') over (partition by searches.session_key order by searches.search_no) as until,
        coalesce(sessions.customer_key, sessions.anonymous_id) as shopper
    from {{ ref('fct_searches') }} as searches
    inner join {{ ref('fct_sessions') }} as sessions on searches.session_key = sessions.session_key
    where
        searches.is_clicked
        and searches.term <> ''
        and searches.day > {{ business_day(as_of()) }} - {{ var('search_days') }}
),

skus as (
    select
        house_sku,
        product_id
    from {{ ref('dim_product') }}
    where house_sku is not null
),

clicks as (
    select distinct
        searches.term,
        searches.shopper,
        coalesce(events.product_id, skus.product_id) as product_id
    from searches
    inner join {{ ref('fct_events') }} as events
        on
            searches.session_key = events.session_key
            and searches.event_at <= events.event_at
            and searches.until > events.event_at
            and events.kind in ('product_view', 'deal_click')
    left join skus on events.sku = skus.house_sku
    where searches.shopper is not null
),

final as (
    select
        {{ searchable('term') }} as term,
        product_id,
        count(distinct shopper)::integer as shoppers
    from clicks
    where product_id is not null and {{ searchable('term') }} <> ''
    group by {{ searchable('term') }}, product_id
)

select * from final
