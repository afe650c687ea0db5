with

source as (
    select * from {{ source('raw_shop', 'shop_customers') }}
),

final as (
    select
        customer_key,
        shop_id,
        country::text as country,
        city,
        language,
        channel,
        is_newsletter,
        registered_at,
        updated_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
