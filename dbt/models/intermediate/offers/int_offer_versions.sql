{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["set local work_mem = '256MB'", "{{ take_news() }}", "{{ queue_changed_offers() }}"],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['offer_id', 'valid_from'], 'unique': true}],
) }}
-- depends_on: {{ ref('int_offer_sightings') }}

with

all_observations as (
    select * from {{ ref('int_offer_observations') }}
),

crawls as (
    select * from {{ ref('int_crawls') }}
    where is_complete and is_documented
),

documents as (
    select * from {{ ref('stg_merchants__crawl_documents') }}
),

{%- if built_for() %}

-- offer by offer through an index, to which the order holds the planner: what others said is not read
observations as materialized (
    select said.*
    from ({{ queued_offers() }}) as queued
    cross join lateral (
        select *
        from all_observations
        where queued.offer_id = all_observations.offer_id
        order by all_observations.observed_at
    ) as said
),

{%- else %}

observations as not materialized (
    select * from all_observations
),

{%- endif %}

firsts as (
    select
        offer_id,
        merchant_id,
        min(observed_at) as first_at
    from observations
    where not is_gone and crawl_id is not null
    group by offer_id, merchant_id
),

shown as (
    select
        observations.offer_id,
        observations.crawl_id
    from observations
    inner join crawls on observations.crawl_id = crawls.crawl_id
),

-- complete crawls that did not show an offer known before
misses as materialized (
    select
        firsts.offer_id,
        crawls.crawl_id,
        crawls.documents_not_read,
        crawls.observed_at,
        crawls.loaded_at
    from firsts
    inner join crawls on firsts.merchant_id = crawls.merchant_id and firsts.first_at < crawls.observed_at
    left join shown on firsts.offer_id = shown.offer_id and crawls.crawl_id = shown.crawl_id
    where shown.offer_id is null
),

-- the document in which the offer stood last before each miss
sightings_and_misses as (
    select
        observations.offer_id,
        null::text as crawl_id,
        null::bigint as documents_not_read,
        observations.document_url,
        observations.observed_at,
        observations.loaded_at,
        observations.batch_id,
        observations.row_no
    from observations
    where not observations.is_gone and observations.offer_id in (select misses.offer_id from misses)
    union all
    select
        misses.offer_id,
        misses.crawl_id,
        misses.documents_not_read,
        null::text as document_url,
        misses.observed_at,
        misses.loaded_at,
        null::text as batch_id,
        null::bigint as row_no
    from misses
),

stretches as (
    select
        *,
        max(observed_at) filter (where crawl_id is null) over (partition by offer_id order by observed_at) as seen_at
    from sightings_and_misses
),

placed as (
    select
        *,
        first_value(document_url) over (
            partition by offer_id, seen_at
            order by crawl_id is not null, loaded_at desc, batch_id desc, row_no desc
        ) as last_document_url
    from stretches
),

-- gone: the crawl read that document without the offer, or no longer lists it; a document not read proves nothing
absences as (
    select
        placed.offer_id,
        placed.observed_at,
        placed.loaded_at
    from placed
    left join documents on placed.crawl_id = documents.crawl_id and placed.last_document_url = documents.url
    where
        placed.crawl_id is not null
        and case
            when placed.last_document_url is null then placed.documents_not_read = 0
            else coalesce(documents.status, 'fetched') = 'fetched'
        end
),

events as (
    select
        offer_id,
        merchant_id,
        country,
        title,
        condition,
        price,
        currency,
        reference_price,
        reference_kind,
        availability,
        sale_start,
        sale_end,
        shipping_cost,
        coupon_code,
        case when not is_gone then row_hash end as row_hash,
        observed_at,
        loaded_at,
        batch_id,
        row_no,
        false as is_absence
    from observations
    union all
    select
        offer_id,
        null as merchant_id,
        null as country,
        null as title,
        null as condition,
        null as price,
        null as currency,
        null as reference_price,
        null as reference_kind,
        null as availability,
        null as sale_start,
        null as sale_end,
        null as shipping_cost,
        null as coupon_code,
        null as row_hash,
        observed_at,
        loaded_at,
        null as batch_id,
        null as row_no,
        true as is_absence
    from absences
),

-- one state for each offer and instant: a sighting outweighs an absence, and the row known last corrects the others
ranked as (
    select
        *,
        row_number() over (
            partition by offer_id, observed_at
            order by is_absence, loaded_at desc, batch_id desc, row_no desc
        ) as rank
    from events
),

compared as (
    select
        *,
        lag(row_hash) over (partition by offer_id order by observed_at) as row_hash_before
    from ranked
    where rank = 1
),

spans as (
    select
        *,
        lead(observed_at) over (partition by offer_id order by observed_at) as valid_to,
        lead(loaded_at) over (partition by offer_id order by observed_at) as known_to
    from compared
    where row_hash is distinct from row_hash_before
),

-- while an offer is gone it has no version
versions as (
    select
        offer_id,
        merchant_id,
        country,
        observed_at as valid_from,
        valid_to,
        loaded_at as known_from,
        known_to,
        row_hash,
        title,
        condition,
        price,
        currency,
        reference_price,
        reference_kind,
        availability,
        sale_start,
        sale_end,
        shipping_cost,
        coupon_code
    from spans
    where row_hash is not null
),

{{ price_levels('versions') }},

final as (
    select
        levelled.offer_id,
        levelled.merchant_id,
        levelled.country,
        levelled.valid_from,
        levelled.valid_to,
        levelled.known_from,
        levelled.known_to,
        levelled.row_hash,
        levelled.title,
        levelled.condition,
        levelled.price,
        levelled.currency,
        levelled.reference_price,
        levelled.reference_kind,
        levelled.availability,
        levelled.sale_start,
        levelled.sale_end,
        levelled.shipping_cost,
        levelled.coupon_code,
        judged_levels.is_glitch,
        case when judged_levels.is_glitch then judged_levels.price_before else levelled.price end as settled_price,
        case
            when judged_levels.is_glitch then judged_levels.reference_price_before else levelled.reference_price
        end as settled_reference_price,
        judged_levels.suspect_until
    from levelled
    inner join judged_levels on levelled.offer_id = judged_levels.offer_id and levelled.level = judged_levels.level
)

select * from final
