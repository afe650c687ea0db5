with

merchants as (
    select * from {{ ref('dim_merchant') }}
),

candidates as (
    select * from {{ ref('deal_candidates') }}
),

loads as (
    select
        merchant_id,
        sum(rows_received)::bigint as received,
        sum(rows_rejected)::bigint as rejected
    from {{ ref('stg_merchants__loads') }}
    where kind in ('offers', 'shop_products') and loaded_at > {{ as_of() }} - interval '30 days'
    group by merchant_id
),

crawls as (
    select
        merchant_id,
        count(*) filter (where observed_at > {{ as_of() }} - interval '30 days')::integer as crawls,
        count(*) filter (where is_complete and observed_at > {{ as_of() }} - interval '30 days')::integer as crawls_complete,
        max(observed_at) filter (where is_complete) as last_success_at
    from {{ ref('int_crawls') }}
    group by merchant_id
),

reference_prices as (
    select
        merchant_id,
        count(*)::integer as checked,
        count(*) filter (where days_at_reference_200d > 0)::integer as charged
    from candidates
    where reference_kind <> 'observed' and observed_days_200d >= 30
    group by merchant_id
),

final as (
    select
        merchants.merchant_id,
        {{ as_of() }} as as_of,
        merchants.live_offers as offers,
        coalesce(loads.received, 0) as received,
        coalesce(loads.rejected, 0) as rejected,
        coalesce(crawls.crawls, 0) as crawls,
        coalesce(crawls.crawls_complete, 0) as crawls_complete,
        (extract(epoch from {{ as_of() }} - crawls.last_success_at) / 3600)::double precision as hours_since_success,
        coalesce(reference_prices.checked, 0) as reference_checked,
        coalesce(reference_prices.charged, 0) as reference_charged
    from merchants
    left join loads on merchants.merchant_id = loads.merchant_id
    left join crawls on merchants.merchant_id = crawls.merchant_id
    left join reference_prices on merchants.merchant_id = reference_prices.merchant_id
)

select * from final
