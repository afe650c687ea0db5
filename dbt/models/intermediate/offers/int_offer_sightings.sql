{{ config(
    materialized='incremental',
    unique_key='offer_id',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '128MB'", "{{ take_news() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['offer_id'], 'unique': true}],
) }}
{%- set since = built_for() %}

with

observations as (
    select
        offer_id,
        merchant_id,
        document_url,
        observed_at,
        loaded_at,
        batch_id,
        row_no,
        observed_at as first_seen_at
    from {{ ref('int_offer_observations') }}
    where not is_gone{% if since %} and {{ is_news(since) }}{% endif %}
),

candidates as (
    select * from observations
    {%- if since %}
    union all
    select
        seen.offer_id,
        seen.merchant_id,
        seen.document_url,
        seen.observed_at,
        seen.loaded_at,
        seen.batch_id,
        seen.row_no,
        seen.first_seen_at
    from {{ this }} as seen
    where seen.offer_id in (select observations.offer_id from observations)
    {%- endif %}
),

final as (
    select distinct on (offer_id)
        offer_id,
        merchant_id,
        document_url,
        observed_at,
        loaded_at,
        batch_id,
        row_no,
        min(first_seen_at) over (partition by offer_id) as first_seen_at
    from candidates
    order by offer_id, observed_at desc, loaded_at desc, batch_id desc, row_no desc
)

select * from final
