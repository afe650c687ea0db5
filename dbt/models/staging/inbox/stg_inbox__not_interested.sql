with

newest as (
    select distinct on (shop_id, customer_key, subject_id) *
    from {{ source('inbox', 'wishes') }}
    where {{ known() }} and kind = 'not_interested'
    order by shop_id, customer_key, subject_id, event_at desc, loaded_at desc, batch_id desc, row_no desc
),

final as (
    select
        shop_id,
        customer_key,
        subject_id as entry_id,
        condition as subject_kind,
        value as subject,
        is_active,
        event_at as changed_at,
        loaded_at
    from newest
)

select * from final
