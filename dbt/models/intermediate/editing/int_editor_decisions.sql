{{ config(materialized='replaced', tags=['after_matching']) }}

with

decisions as (
    select * from {{ ref('int_decisions_in_force') }}
),

products as (
    select * from {{ ref('int_products') }}
),

-- what was said of a product that was merged away holds for the one that took it in
resolved as (
    select
        decisions.decision_id,
        decisions.subject_kind,
        coalesce(products.resolved_id::text, decisions.subject_id) as subject_id,
        decisions.offer_id,
        decisions.action,
        decisions.corrections,
        decisions.decided_at
    from decisions
    left join products on decisions.subject_kind = 'product' and decisions.subject_id = products.product_id::text
),

final as (
    select distinct on (subject_kind, subject_id, action) *
    from resolved
    order by subject_kind, subject_id, action, decided_at desc, decision_id
)

select * from final
