{{ config(indexes=[{'columns': ['deal_id'], 'unique': true}, {'columns': ['offer_id']}]) }}

with

candidates as (
    select * from {{ ref('deal_candidates') }}
),

scores as (
    select * from {{ source('predictions', 'deal_scores') }}
    where run_id = {{ latest_run('deals') }}
),

withheld as (
    select * from {{ ref('int_withheld') }}
),

joined as (
    select
        candidates.deal_id,
        candidates.offer_id,
        candidates.product_id,
        candidates.merchant_id,
        candidates.category,
        candidates.started_at,
        candidates.ends_at,
        candidates.reference_price,
        candidates.reference_kind,
        candidates.discount_pct,
        -- nothing is called the lowest of 30 days that nobody watched
        case
            when candidates.observed_days_before >= {{ var("low_days") }} then candidates.lowest_price_30d_before
        end as lowest_price_30d_before,
        candidates.merchants_for_product,
        candidates.impressions_30d,
        candidates.clicks_30d,
        scores.score,
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
        coalesce(of_deal.reason, of_offer.reason, of_item.reason, of_shop.reason) as withheld_reason,
        candidates.as_of
    from candidates
    inner join scores on candidates.deal_id = scores.deal_id
    left join withheld as of_deal on of_deal.subject_kind = 'deal' and candidates.deal_id::text = of_deal.subject_id
    left join withheld as of_offer on of_offer.subject_kind = 'offer' and candidates.offer_id::text = of_offer.subject_id
    left join withheld as of_item on of_item.subject_kind = 'product' and candidates.product_id::text = of_item.subject_id
    left join withheld as of_shop on of_shop.subject_kind = 'merchant' and candidates.merchant_id = of_shop.subject_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by is_rejected or withheld_reason is not null, coalesce(product_id, offer_id)
            order by confidence desc, score desc, deal_id
        ) as rank
    from joined
),

final as (
    select
        *,
        not is_rejected and withheld_reason is null and rank = 1 as is_published
    from ranked
)

select * from final
