-- Every delivery that raw knows is judged once, and the days tell of all of them.
with

told as (
    select count(*) as deliveries
    from (
        select distinct
            shop_id,
            delivery_id
        from {{ source('raw_deliveries', 'shop_deliveries') }}
        where {{ known() }}
    ) as keys
),

judged as (
    select count(*) as deliveries
    from {{ ref('fct_delivery') }}
),

daily as (
    select coalesce(sum(deliveries), 0) as deliveries
    from {{ ref('fct_delivery_daily') }}
)

select
    told.deliveries as told,
    judged.deliveries as judged,
    daily.deliveries as daily
from told
cross join judged
cross join daily
where told.deliveries <> judged.deliveries or judged.deliveries <> daily.deliveries
