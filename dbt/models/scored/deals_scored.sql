{{ config(indexes=[{'columns': ['deal_id'], 'unique': true}, {'columns': ['offer_id']}]) }}

with

candidates as (
    select * from {{ ref('deal_candidates') }}
),

deals as (
    select
        deal_id,
        offer_id,
        merchant_id,
        started_at,
        coalesce(sale_end, ended_at) as ends_at,
        reference_price,
        reference_kind
    from {{ ref('fct_deals') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

withheld as (
    select * from {{ ref('int_withheld') }}
),

last_runs as (
    select
        run_id,
        run_id = {{ latest_run('deals') }} as is_newest
    from {{ source('predictions', 'run') }}
    where capability = 'deals' and status = 'complete' and {{ known('as_of') }}
    order by as_of desc, known_at desc, run_id desc
    limit 2
),

all_scores as (
    select * from {{ source('predictions', 'deal_scores') }}
),

-- of the run before the newest one those that are no longer judged: they say why they left
scores as (
    select distinct on (all_scores.deal_id)
        all_scores.*,
        last_runs.is_newest
    from last_runs
    inner join all_scores on last_runs.run_id = all_scores.run_id
    order by all_scores.deal_id, last_runs.is_newest desc
),

joined as (
    select
        scores.deal_id,
        deals.offer_id,
        coalesce(candidates.product_id, matches.product_id) as product_id,
        deals.merchant_id,
        candidates.category,
        deals.started_at,
        coalesce(candidates.ends_at, deals.ends_at) as ends_at,
        coalesce(candidates.reference_price, deals.reference_price) as reference_price,
        coalesce(candidates.reference_kind, deals.reference_kind) as reference_kind,
        candidates.discount_pct,
        offers.availability,
        -- nothing is called the lowest of 30 days that nobody watched
        case
            when candidates.observed_days_before >= {{ var("low_days") }} then candidates.lowest_price_30d_before
        end as lowest_price_30d_before,
        candidates.merchants_for_product,
        candidates.impressions_30d,
        candidates.clicks_30d,
        scores.score,
        scores.parts,
        scores.click_probability,
        scores.confidence,
        scores.merchant_reputation,
        scores.popularity,
        scores.price_competitiveness,
        scores.content_quality,
        scores.historical_performance,
        scores.verdict,
        scores.evidence,
        scores.reject_reasons,
        scores.suspicious_pricing,
        scores.model_version,
        cardinality(scores.reject_reasons) > 0 as is_rejected,
        coalesce(of_deal.reason, of_offer.reason, of_product.reason, of_merchant.reason) as withheld_reason,
        coalesce(offers.is_live, false) as is_live,
        candidates.deal_id is not null as is_candidate,
        scores.is_newest,
        {{ as_of() }} as as_of
    from scores
    inner join deals on scores.deal_id = deals.deal_id
    left join candidates on scores.deal_id = candidates.deal_id
    left join offers on deals.offer_id = offers.offer_id
    left join matches on deals.offer_id = matches.offer_id
    left join withheld as of_deal on of_deal.subject_kind = 'deal' and scores.deal_id::text = of_deal.subject_id
    left join withheld as of_offer on of_offer.subject_kind = 'offer' and deals.offer_id::text = of_offer.subject_id
    left join withheld as of_product
        on
            of_product.subject_kind = 'product'
            and coalesce(candidates.product_id, matches.product_id)::text = of_product.subject_id
    left join withheld as of_merchant on of_merchant.subject_kind = 'merchant' and deals.merchant_id = of_merchant.subject_id
),

-- the first thing that keeps a deal from shoppers, whatever its product's other deals are like
reasoned as (
    select
        *,
        case
            when withheld_reason is not null then withheld_reason
            when not is_live then 'vanished'
            when ends_at <= as_of then 'expired'
            when not is_candidate then 'withdrawn'
            when not is_newest then 'not_judged'
            when availability = 'out_of_stock' then 'out_of_stock'
            when is_rejected then 'rejected'
        end as reason
    from joined
),

ranked as (
    select
        *,
        row_number() over best_first as rank,
        first_value(deal_id) over best_first as best_deal_id
    from reasoned
    window best_first as (
        partition by reason is null, coalesce(product_id, offer_id) order by confidence desc, score desc, deal_id
    )
),

final as (
    select
        deal_id,
        offer_id,
        product_id,
        merchant_id,
        category,
        started_at,
        ends_at,
        reference_price,
        reference_kind,
        discount_pct,
        availability,
        lowest_price_30d_before,
        merchants_for_product,
        impressions_30d,
        clicks_30d,
        score,
        parts,
        click_probability,
        confidence,
        merchant_reputation,
        popularity,
        price_competitiveness,
        content_quality,
        historical_performance,
        verdict,
        evidence,
        reject_reasons,
        suspicious_pricing,
        model_version,
        is_rejected,
        as_of,
        rank,
        reason is null and rank = 1 as is_published,
        case when reason is not null then reason when rank > 1 then 'better_deal' end as unpublished_reason,
        case when reason is null and rank > 1 then best_deal_id end as better_deal_id
    from ranked
)

select * from final
