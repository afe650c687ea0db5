{{ config(materialized='replaced') }}

with

newest as (
    select distinct on (subject_kind, subject_id, about) *
    from {{ ref('stg_editing__decisions') }}
    order by subject_kind, subject_id, about, decided_at desc, decision_id
),

final as (
    select
        decision_id,
        subject_kind,
        subject_id,
        offer_id,
        about as action,
        corrections,
        reason,
        editor,
        decided_at,
        valid_until
    from newest
    where not is_lift and (valid_until is null or valid_until > {{ as_of() }})
)

select * from final
