with

source as (
    select * from {{ source('raw_shop', 'shop_marketing_spend') }}
),

final as (
    select distinct on (shop_id, day, channel, country, campaign)
        shop_id,
        day,
        channel,
        country::text as country,
        campaign,
        amount,
        currency::text as currency,
        impressions,
        clicks,
        loaded_at,
        batch_id
    from source
    where {{ known() }}
    order by shop_id, day, channel, country, campaign, loaded_at desc, batch_id desc, row_no desc
)

select * from final
