{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ note_skus_to_redo() }}",
    post_hook=["{{ clear_product_queue() }}", "{{ built() }}"],
    indexes=[
        {'columns': ['sku', 'merchant_id'], 'unique': true},
        {'columns': ['merchant_id']},
        {'columns': ['product_id']},
    ],
) }}

with

offers as (
    select * from {{ ref('fct_product_offers') }}
    where is_live and band <> 'review' and price_reporting is not null
),

ours as (
    select
        sku,
        product_id,
        price_reporting
    from offers
    where is_house{% if built_for() %} and sku in (select redo.sku from skus_to_redo as redo){% endif %}
),

theirs as (
    select distinct on (product_id, merchant_id)
        product_id,
        merchant_id,
        offer_id,
        price_reporting,
        discount_pct
    from offers
    where
        not is_house
        and availability <> 'out_of_stock'
        and product_id in (select ours.product_id from ours)
    order by product_id, merchant_id, price_reporting, offer_id
),

final as (
    select
        ours.sku,
        theirs.merchant_id,
        ours.product_id,
        theirs.offer_id,
        ours.price_reporting as ours_reporting,
        theirs.price_reporting as theirs_reporting,
        ours.price_reporting - theirs.price_reporting as gap_reporting,
        round(100 * (ours.price_reporting - theirs.price_reporting) / nullif(theirs.price_reporting, 0), 2) as gap_pct,
        theirs.discount_pct as their_discount_pct,
        (rank() over (partition by ours.sku order by theirs.price_reporting))::integer as rank,
        (count(*) over (partition by ours.sku))::integer as merchants,
        1 + (
            count(*) filter (where theirs.price_reporting < ours.price_reporting) over (partition by ours.sku)
        )::integer as position
    from ours
    inner join theirs on ours.product_id = theirs.product_id
)

select * from final
