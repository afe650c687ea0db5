{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('ops', 'editor_decisions') }}
),

final as (
    select
        decision_id,
        subject_kind,
        subject_id,
        offer_id,
        coalesce(lifts, action) as about,
        action = 'lift' as is_lift,
        corrections,
        reason,
        editor,
        decided_at,
        known_from,
        valid_until
    from source
    where {{ known('known_from') }}
)

select * from final
