with

transactions as (
    select * from {{ ref('fct_affiliate_transactions') }}
),

followed as (
    select distinct deal_id from transactions
    where deal_id is not null
),

-- what the newest run that judged the deal said of it
verdicts as (
    select distinct on (scores.deal_id)
        scores.deal_id,
        scores.verdict
    from {{ source('predictions', 'deal_scores') }} as scores
    inner join followed on scores.deal_id = followed.deal_id
    inner join {{ source('predictions', 'run') }} as runs on scores.run_id = runs.run_id
    where runs.status = 'complete' and runs.as_of <= {{ as_of() }}
    order by scores.deal_id, runs.as_of desc, runs.known_at desc, runs.run_id desc
),

deals as (
    select * from {{ ref('fct_deals') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

worth as (
    select
        transactions.*,
        sign(transactions.sale_amount) as sale,
        verdicts.verdict = 'genuine' and transactions.status <> 'declined' as is_saving,
        {{ to_reporting('(deals.reference_price - deals.price)', 'deals.currency', 'rates') }} as saved_a_unit
    from transactions
    left join deals on transactions.deal_id = deals.deal_id
    left join verdicts on transactions.deal_id = verdicts.deal_id
    left join rates on deals.currency = rates.currency and transactions.day = rates.day
),

final as (
    select
        day,
        merchant_id,
        placement,
        deal_id,
        count(*)::integer as transactions,
        coalesce(sum(sale) filter (where status <> 'declined'), 0)::integer as sales,
        count(*) filter (where status = 'pending')::integer as pending,
        count(*) filter (where status = 'approved')::integer as approved,
        count(*) filter (where status = 'declined')::integer as declined,
        coalesce(sum(sale_reporting) filter (where status <> 'declined'), 0)::numeric(14, 2) as revenue_reporting,
        coalesce(sum(commission_reporting) filter (where status <> 'declined'), 0)::numeric(14, 2) as commission_reporting,
        coalesce(sum(commission_reporting) filter (where status = 'approved'), 0)::numeric(14, 2) as approved_reporting,
        coalesce(sum(commission_reporting) filter (where status = 'declined'), 0)::numeric(14, 2) as declined_reporting,
        coalesce(sum(sale * saved_a_unit) filter (where is_saving), 0)::numeric(14, 2) as savings_reporting,
        count(*) filter (where sale_reporting is null)::integer as without_rate
    from worth
    group by day, merchant_id, placement, deal_id
)

select * from final
