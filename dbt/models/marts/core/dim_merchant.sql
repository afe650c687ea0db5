{{ config(indexes=[{'columns': ['merchant_id'], 'unique': true}]) }}

with

registry as (
    select * from {{ ref('stg_merchants__registry') }}
),

sold as (
    select
        merchant_id,
        country,
        currency,
        count(*) as offers,
        count(*) filter (where is_live) as live_offers,
        min(first_seen_at) as first_seen_at
    from {{ ref('fct_offers') }}
    group by merchant_id, country, currency
),

ranked as (
    select
        *,
        sum(offers) over (partition by merchant_id, country) as in_country,
        sum(offers) over (partition by merchant_id, currency) as in_currency
    from sold
),

-- where and in what it mostly sells
offers as (
    select
        merchant_id,
        sum(offers)::integer as offers,
        sum(live_offers)::integer as live_offers,
        (array_agg(country order by in_country desc, country))[1] as country,
        (array_agg(currency order by in_currency desc, currency) filter (where currency is not null))[1] as currency,
        min(first_seen_at) as first_seen_at
    from ranked
    group by merchant_id
),

crawls as (
    select
        merchant_id,
        max(observed_at) filter (where is_complete) as last_complete_crawl_at
    from {{ ref('int_crawls') }}
    group by merchant_id
),

merchants as (
    select merchant_id from registry
    union
    select merchant_id from offers
    union
    select merchant_id from crawls
    union
    select '{{ var("shop_id") }}' as merchant_id
),

final as (
    select
        merchants.merchant_id,
        coalesce(registry.name, initcap(replace(merchants.merchant_id, '-', ' '))) as name,
        coalesce(registry.platform, case when merchants.merchant_id = '{{ var("shop_id") }}' then 'house' end) as platform,
        coalesce(registry.country, offers.country) as country,
        coalesce(registry.currency, offers.currency) as currency,
        merchants.merchant_id = '{{ var("shop_id") }}' as is_house,
        coalesce(offers.offers, 0) as offers,
        coalesce(offers.live_offers, 0) as live_offers,
        offers.first_seen_at,
        crawls.last_complete_crawl_at
    from merchants
    left join registry on merchants.merchant_id = registry.merchant_id
    left join offers on merchants.merchant_id = offers.merchant_id
    left join crawls on merchants.merchant_id = crawls.merchant_id
)

select * from final
