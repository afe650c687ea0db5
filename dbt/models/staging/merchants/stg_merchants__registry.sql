with

source as (
    select * from {{ source('raw', 'merchant_registry') }}
),

final as (
    select
        merchant_id,
        name,
        platform,
        base_url,
        country::text as country,
        currency::text as currency,
        language,
        enabled as is_enabled,
        paused_at is not null as is_paused,
        pause_reason,
        options -> 'affiliate' as affiliate,
        updated_at
    from source
)

select * from final
