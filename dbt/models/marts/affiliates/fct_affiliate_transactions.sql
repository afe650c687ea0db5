{{ config(indexes=[{'columns': ['transaction_key'], 'unique': true}, {'columns': ['deal_id']}]) }}

with

transactions as (
    select
        *,
        {{ business_day('transacted_at') }} as day
    from {{ ref('stg_affiliates__transactions') }}
),

programmes as (
    select * from {{ ref('int_affiliate_programmes') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

followed_deals as (
    select
        transactions.transaction_key,
        deals.deal_id,
        deals.offer_id,
        deals.merchant_id
    from transactions
    inner join {{ ref('fct_deals') }} as deals on transactions.deal_stem = left(replace(deals.deal_id::text, '-', ''), 16)
),

followed_offers as (
    select
        transactions.transaction_key,
        offers.offer_id,
        offers.merchant_id
    from transactions
    inner join {{ ref('fct_offers') }} as offers on transactions.offer_stem = left(replace(offers.offer_id::text, '-', ''), 16)
),

followed as (
    select distinct on (transaction_key) *
    from (
        select * from followed_deals
        union all
        select
            transaction_key,
            null as deal_id,
            offer_id,
            merchant_id
        from followed_offers
    ) as subjects
    order by transaction_key, deal_id, offer_id
),

-- a shopper who followed a deal and bought of another merchant of the network bought something else; of several merchants
-- that share a programme it is the one that was followed
named as (
    select distinct on (transactions.transaction_key)
        transactions.transaction_key,
        coalesce(programmes.merchant_id, followed.merchant_id) as merchant_id,
        case when coalesce(programmes.merchant_id = followed.merchant_id, true) then followed.deal_id end as deal_id,
        case when coalesce(programmes.merchant_id = followed.merchant_id, true) then followed.offer_id end as offer_id
    from transactions
    left join programmes on transactions.network = programmes.network and transactions.programme_id = programmes.programme_id
    left join followed on transactions.transaction_key = followed.transaction_key
    order by
        transactions.transaction_key,
        coalesce(programmes.merchant_id = followed.merchant_id, false) desc,
        programmes.merchant_id
),

final as (
    select
        transactions.transaction_key,
        transactions.network,
        transactions.transaction_id,
        transactions.programme_id,
        named.merchant_id,
        transactions.placement,
        named.deal_id,
        named.offer_id,
        transactions.status,
        transactions.sale_amount,
        transactions.commission,
        transactions.currency,
        {{ to_reporting('transactions.sale_amount', 'transactions.currency', 'rates') }} as sale_reporting,
        {{ to_reporting('transactions.commission', 'transactions.currency', 'rates') }} as commission_reporting,
        {{ rate_day('transactions.currency', 'transactions.day', 'rates') }} as rate_day,
        transactions.day,
        transactions.clicked_at,
        transactions.transacted_at,
        transactions.updated_at
    from transactions
    inner join named on transactions.transaction_key = named.transaction_key
    left join rates on transactions.currency = rates.currency and transactions.day = rates.day
)

select * from final
