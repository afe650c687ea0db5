with

source as (
    select * from {{ source('raw', 'load_ledger') }}
),

final as (
    select
        batch_id,
        source,
        merchant_id,
        kind,
        rows_received,
        rows_loaded,
        rows_rejected,
        rows_erased,
        observed_at,
        loaded_at
    from source
    where {{ known() }}
)

select * from final
