{{ config(indexes=[{'columns': ['offer_a', 'offer_b'], 'unique': true}]) }}

with

answers as (
    select * from {{ ref('stg_people__match_reviews') }}
),

final as (
    select
        offer_a,
        offer_b,
        {{ as_of() }} as as_of,
        answer,
        answered_at,
        review_id
    from answers
)

select * from final
