with

offers as (
    select * from {{ ref('fct_offers') }}
),

final as (
    select
        offer_id,
        price::numeric(14, 2) as price,
        currency,
        price_reporting::numeric(14, 2) as price_reporting,
        availability,
        stock,
        last_seen_at as observed_at
    from offers
    where is_live
)

select * from final
