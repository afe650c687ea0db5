with

source as (
    select * from {{ source('people', 'match_reviews') }}
    where {{ known('as_of') }}
),

latest as (
    select distinct on (offer_a, offer_b)
        offer_a,
        offer_b,
        answer,
        as_of as answered_at,
        review_id
    from source
    order by offer_a, offer_b, review_id desc
),

final as (
    select * from latest
    where answer <> 'withdrawn'
)

select * from final
