with

prices as (
    select * from {{ source('predictions', 'prices') }}
    where run_id = {{ latest_run('pricing') }}
),

skus as (
    select * from {{ ref('house_sku') }}
    where is_active
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

final as (
    select
        prices.sku,
        matches.product_id,
        prices.price::numeric(14, 2) as price,
        prices.currency::text as currency,
        prices.previous_price::numeric(14, 2) as previous_price,
        prices.reason,
        prices.reason_parts,
        prices.rail,
        prices.model_version,
        prices.as_of
    from prices
    inner join skus on prices.sku = skus.sku
    left join matches on skus.offer_id = matches.offer_id
)

select * from final
