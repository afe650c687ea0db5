with

source as (
    select * from {{ source('raw', 'crawl_documents') }}
),

final as (
    select
        merchant_id,
        crawl_id,
        url,
        status,
        observed_at,
        loaded_at
    from source
    where {{ known() }}
)

select * from final
