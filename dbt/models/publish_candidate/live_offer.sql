with

offers as (
    select * from {{ ref('fct_offers') }}
),

opted_out as (
    select subject_id as merchant_id from {{ ref('int_decisions_in_force') }}
    where action = 'opt_out'
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
    where is_live and merchant_id not in (select merchant_id from opted_out)
)

select * from final
