{{ config(indexes=[{'columns': ['sku'], 'unique': true}]) }}

with

updates as (
    select * from {{ ref('stg_shop__product_updates') }}
),

final as (
    select distinct on (sku)
        sku,
        offer_id,
        title,
        brand,
        coalesce(category, 'other') as category,
        country,
        price,
        currency,
        reference_price,
        cost,
        minimum_price,
        stock_policy,
        lead_time_days,
        is_active,
        updated_at,
        min(updated_at) over (partition by sku) as first_listed_at
    from updates
    order by sku, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
