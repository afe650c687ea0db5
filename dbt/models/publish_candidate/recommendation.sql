with

recommendations as (
    select * from {{ source('predictions', 'recommendations') }}
    where run_id = {{ latest_run('recommendations') }}
),

final as (
    select
        customer_key,
        {{ shopper_body('items') }} as body,
        model_version,
        as_of
    from recommendations
)

select * from final
