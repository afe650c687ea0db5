with

source as (
    select * from {{ source('raw', 'crawl_coverage') }}
),

final as (
    select
        merchant_id,
        crawl_id,
        status,
        documents,
        offers,
        error,
        observed_at,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
)

select * from final
