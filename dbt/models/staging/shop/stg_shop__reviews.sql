with

source as (
    select * from {{ source('raw_shop', 'shop_reviews') }}
),

final as (
    select distinct on (shop_id, review_id)
        review_id,
        shop_id,
        sku,
        customer_key,
        rating,
        title,
        event_at,
        loaded_at
    from source
    where {{ known() }}
    order by shop_id, review_id, loaded_at desc, batch_id desc, row_no desc
)

select * from final
