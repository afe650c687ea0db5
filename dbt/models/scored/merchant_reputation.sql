{{ config(indexes=[{'columns': ['merchant_id'], 'unique': true}]) }}

with

merchants as (
    select * from {{ ref('dim_merchant') }}
),

reputations as (
    select * from {{ source('predictions', 'merchant_reputation') }}
    where run_id = {{ latest_run('deals') }}
),

final as (
    select
        merchants.merchant_id,
        merchants.name,
        merchants.live_offers,
        reputations.reputation,
        reputations.parts,
        reputations.model_version,
        reputations.as_of
    from merchants
    inner join reputations on merchants.merchant_id = reputations.merchant_id
)

select * from final
