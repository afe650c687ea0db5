{{ config(materialized='replaced', tags=['after_matching']) }}

with

decisions as (
    select * from {{ ref('int_editor_decisions') }}
),

reasons as (
    select
        subject_kind,
        subject_id,
        action
    from decisions
    where action in ('hide', 'take_down', 'opt_out')
    union all
    -- a deal that was taken down does not come back as the next episode of its offer
    select
        'offer' as subject_kind,
        offer_id::text as subject_id,
        action
    from decisions
    where action = 'take_down' and subject_kind = 'deal' and offer_id is not null
),

final as (
    select
        subject_kind,
        subject_id,
        case max(action) when 'take_down' then 'taken_down' when 'opt_out' then 'opted_out' else 'hidden' end as reason
    from reasons
    group by subject_kind, subject_id
)

select * from final
