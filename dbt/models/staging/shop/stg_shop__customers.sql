with

source as (
    select * from {{ source('raw_shop', 'shop_customers') }}
),

final as (
    select distinct on (shop_id, customer_key)
        customer_key,
        shop_id,
        country::text as country,
        city,
        language,
        channel,
        is_newsletter,
        registered_at,
        updated_at,
        loaded_at
    from source
    where {{ known() }}
    order by shop_id, customer_key, updated_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
