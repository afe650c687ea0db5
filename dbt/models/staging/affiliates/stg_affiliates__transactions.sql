with

source as (
    select * from {{ source('raw_affiliates', 'affiliate_transactions') }}
),

newest as (
    select distinct on (network, transaction_id) *
    from source
    where {{ known() }}
    -- networks that name no instant of a change tell it by the status alone, and none goes back to pending
    order by network, transaction_id, updated_at desc, status <> 'pending' desc, loaded_at desc, batch_id desc, row_no desc
),

final as (
    select
        network || ':' || transaction_id as transaction_key,
        network,
        transaction_id,
        programme_id,
        sub_id,
        substring(sub_id from '^(api|list|product|deal|mail)_[do][0-9a-f]{16}$') as placement,
        substring(sub_id from '^[a-z]+_d([0-9a-f]{16})$') as deal_stem,
        substring(sub_id from '^[a-z]+_o([0-9a-f]{16})$') as offer_stem,
        sale_amount,
        commission,
        currency::text as currency,
        status,
        clicked_at,
        transacted_at,
        updated_at,
        loaded_at
    from newest
)

select * from final
