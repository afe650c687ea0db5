{{ config(
    materialized='incremental',
    unique_key='offer_id',
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '128MB'", "{{ start_over_when_ahead('known_from') }}"],
    indexes=[{'columns': ['offer_id', 'valid_from'], 'unique': true}],
) }}
-- depends_on: {{ ref('int_offer_sightings') }}
{%- set since = news_since('known_from') %}

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

{% if since -%}
news as materialized (
    select
        offer_id,
        crawl_id,
        is_gone,
        row_hash,
        observed_at
    from all_observations
    where loaded_at >= {{ since }}
),

-- an observation that says something else than the version that covers its time
contradicted as (
    select news.offer_id
    from news
    left join {{ this }} as versions
        on
            news.offer_id = versions.offer_id
            and news.observed_at >= versions.valid_from
            and (versions.valid_to is null or news.observed_at < versions.valid_to)
    where (versions.offer_id is null) <> news.is_gone or versions.row_hash <> news.row_hash
),

-- offers that a new crawl ought to have shown and did not; more than needed does no harm, each is judged anew below
missed as (
    select versions.offer_id
    from crawls
    inner join {{ this }} as versions
        on
            crawls.merchant_id = versions.merchant_id
            and crawls.observed_at > versions.valid_from
            and (versions.valid_to is null or crawls.observed_at < versions.valid_to)
    left join news on versions.offer_id = news.offer_id and crawls.crawl_id = news.crawl_id
    left join {{ ref('int_offer_sightings') }} as sightings
        on versions.offer_id = sightings.offer_id and crawls.observed_at > sightings.observed_at
    left join documents
        on
            crawls.crawl_id = documents.crawl_id
            and sightings.document_url = documents.url
            and documents.status = 'unchanged'
    where crawls.loaded_at >= {{ since }} and news.offer_id is null and documents.url is null
),

touched as materialized (
    select offer_id from contradicted
    union
    select offer_id from missed
),

observations as materialized (
    select * from all_observations
    where offer_id in (select touched.offer_id from touched)
),
{%- else -%}
observations as (
    select * from all_observations
),
{%- endif %}

-- one state for each offer and instant: the row known last corrects the others
sightings as (
    select distinct on (offer_id, observed_at)
        offer_id,
        merchant_id,
        country,
        title,
        condition,
        price,
        currency,
        reference_price,
        reference_kind,
        sale_start,
        sale_end,
        shipping_cost,
        coupon_code,
        availability,
        is_gone,
        row_hash,
        document_url,
        observed_at,
        loaded_at
    from observations
    order by offer_id, observed_at, loaded_at desc, batch_id desc, row_no desc
),

firsts as (
    select
        offer_id,
        merchant_id,
        min(observed_at) as first_at
    from observations
    where not is_gone and crawl_id is not null
    group by offer_id, merchant_id
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
    left join observations on firsts.offer_id = observations.offer_id and crawls.crawl_id = observations.crawl_id
    where observations.offer_id is null
),

-- the document in which the offer stood before each miss
placed as (
    select
        *,
        first_value(document_url) over (partition by offer_id, stretch order by observed_at) as last_document_url
    from (
        select
            *,
            count(*) filter (where crawl_id is null) over (partition by offer_id order by observed_at) as stretch
        from (
            select
                sightings.offer_id,
                null::text as crawl_id,
                null::bigint as documents_not_read,
                sightings.document_url,
                sightings.observed_at,
                sightings.loaded_at
            from sightings
            where not sightings.is_gone and sightings.offer_id in (select misses.offer_id from misses)
            union all
            select
                misses.offer_id,
                misses.crawl_id,
                misses.documents_not_read,
                null::text as document_url,
                misses.observed_at,
                misses.loaded_at
            from misses
        ) as events
    ) as stretches
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
        observed_at,
        loaded_at,
        case when not is_gone then row_hash end as state
    from sightings
    union all
    select
        absences.offer_id,
        absences.observed_at,
        absences.loaded_at,
        null as state
    from absences
    where not exists (
        select
        from sightings
        where sightings.offer_id = absences.offer_id and sightings.observed_at = absences.observed_at
    )
),

compared as (
    select
        *,
        lag(state) over (partition by offer_id order by observed_at) as state_before
    from events
),

spans as (
    select
        offer_id,
        state,
        observed_at as valid_from,
        lead(observed_at) over (partition by offer_id order by observed_at) as valid_to,
        loaded_at as known_from,
        lead(loaded_at) over (partition by offer_id order by observed_at) as known_to
    from compared
    where state is distinct from state_before
),

final as (
    select
        spans.offer_id,
        sightings.merchant_id,
        sightings.country,
        spans.valid_from,
        spans.valid_to,
        spans.known_from,
        spans.known_to,
        spans.state as row_hash,
        sightings.title,
        sightings.condition,
        sightings.price,
        sightings.currency,
        sightings.reference_price,
        sightings.reference_kind,
        sightings.availability,
        sightings.sale_start,
        sightings.sale_end,
        sightings.shipping_cost,
        sightings.coupon_code
    from spans
    inner join sightings on spans.offer_id = sightings.offer_id and spans.valid_from = sightings.observed_at
    where spans.state is not null
)

select * from final
