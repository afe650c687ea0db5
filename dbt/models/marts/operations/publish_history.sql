{{ config(materialized='replaced') }}

with

releases as (
    select * from {{ ref('stg_ops__releases') }}
),

gates as (
    select
        release_id,
        count(*) as gated,
        count(*) filter (where not is_passed) as refused,
        string_agg(dataset, ', ' order by dataset) filter (where not is_passed) as refused_datasets
    from {{ ref('stg_ops__gate_results') }}
    group by release_id
),

final as (
    select
        releases.release_id,
        releases.as_of,
        releases.status,
        (select count(*) from jsonb_object_keys(releases.datasets))::integer as datasets,
        coalesce(gates.gated, 0)::integer as gated,
        coalesce(gates.refused, 0)::integer as refused,
        gates.refused_datasets,
        releases.built_at,
        releases.flipped_at,
        round(extract(epoch from releases.flipped_at - releases.built_at)::numeric, 1) as seconds_to_flip,
        -- until the next one that went live; a roll-back brings an older one back, which the releases themselves do not tell
        lead(releases.flipped_at) over (partition by releases.flipped_at is null order by releases.flipped_at) as next_flipped_at
    from releases
    left join gates on releases.release_id = gates.release_id
)

select * from final
