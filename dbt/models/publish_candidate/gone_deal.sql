with

runs as (
    select run_id from {{ source('predictions', 'run') }}
    where
        capability = 'deals'
        and status = 'complete'
        and {{ known('as_of') }}
        and as_of > {{ as_of() }} - interval '{{ var("gone_days") }} days'
),

scores as (
    select * from {{ source('predictions', 'deal_scores') }}
),

shown as (
    select
        deal_id,
        product_id
    from {{ ref('deals_scored') }}
    where is_published
),

deals as (
    select
        deal_id,
        offer_id,
        merchant_id,
        least(ended_at, sale_end) <= {{ as_of() }} as is_over
    from {{ ref('fct_deals') }}
    where
        {{ known('started_at') }}
        and coalesce(ended_at, 'infinity') > {{ as_of() }} - interval '{{ var("gone_days") }} days'
        and deal_id not in (select shown.deal_id from shown)
),

offers as (
    select * from {{ ref('fct_offers') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

products as (
    select product_id from {{ ref('product') }}
),

-- nobody knows the address of a deal that was refused from the first: it stays one that never was
sound as (
    select deals.*
    from deals
    cross join lateral (
        select scores.run_id
        from scores
        inner join runs on scores.run_id = runs.run_id
        where scores.deal_id = deals.deal_id and cardinality(scores.reject_reasons) = 0
        order by scores.run_id
        limit 1
    ) as judged
),

final as (
    select
        sound.deal_id,
        products.product_id,
        case
            when
                not (
                    {{ may_be_shown('deal', 'sound.deal_id') }}
                    and {{ may_be_shown('offer', 'sound.offer_id') }}
                    and {{ may_be_shown('product', 'matches.product_id') }}
                    and {{ may_be_shown('merchant', 'sound.merchant_id') }}
                )
                then 'withdrawn'
            when sound.is_over or not offers.is_live then 'ended'
            when offers.availability = 'out_of_stock' then 'sold_out'
            when shown.product_id is not null then 'outdone'
            else 'withdrawn'
        end as reason,
        {{ as_of() }} as as_of
    from sound
    inner join offers on sound.offer_id = offers.offer_id
    left join matches on sound.offer_id = matches.offer_id
    left join products on matches.product_id = products.product_id
    left join shown on matches.product_id = shown.product_id
)

select * from final
