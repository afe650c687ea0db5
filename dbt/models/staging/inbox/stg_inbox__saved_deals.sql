with

newest as (
    select distinct on (shop_id, customer_key, deal_id) *
    from {{ source('inbox', 'wishes') }}
    where {{ known() }} and kind = 'saved_deal'
    order by shop_id, customer_key, deal_id, event_at desc, loaded_at desc, batch_id desc, row_no desc
),

final as (
    select
        shop_id,
        customer_key,
        deal_id,
        product_id,
        is_active,
        event_at as changed_at,
        loaded_at
    from newest
)

select * from final
