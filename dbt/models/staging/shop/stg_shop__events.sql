with

source as (
    select * from {{ source('raw_shop', 'shop_events') }}
),

final as (
    select
        event_id,
        shop_id,
        anonymous_id,
        customer_key,
        session_id,
        kind,
        sku,
        deal_id,
        product_id,
        query,
        list,
        position,
        propensity,
        release_id,
        variant,
        country::text as country,
        device,
        channel,
        results,
        event_at,
        loaded_at,
        batch_id,
        row_no
    from source
    where {{ known() }}
)

select * from final
