with

trending as (
    select * from {{ source('predictions', 'trending') }}
    where run_id = {{ latest_run('recommendations') }}
),

final as (
    select
        country,
        {{ shopper_body('items') }} as body,
        model_version,
        as_of
    from trending
)

select * from final
