with

prices as (
    select * from {{ source('predictions', 'prices') }}
    where {{ known('as_of') }}
),

runs as (
    select * from {{ source('predictions', 'run') }}
    where capability = 'pricing' and status = 'complete'
),

skus as (
    select * from {{ ref('house_sku') }}
),

final as (
    select
        prices.sku,
        prices.as_of as priced_at,
        prices.price,
        prices.previous_price,
        prices.currency,
        round(100 * (prices.price - prices.previous_price) / nullif(prices.previous_price, 0), 2) as change_pct,
        prices.reason,
        prices.rail,
        prices.model_version,
        skus.price as price_in_force,
        skus.category
    from prices
    inner join runs on prices.run_id = runs.run_id
    left join skus on prices.sku = skus.sku
    where prices.previous_price is distinct from prices.price
)

select * from final
