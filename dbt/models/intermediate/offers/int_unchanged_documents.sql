{{ config(
    materialized='incremental',
    unique_key=['merchant_id', 'url'],
    incremental_strategy='delete+insert',
    pre_hook=["set local work_mem = '128MB'", "{{ take_news() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['merchant_id', 'url'], 'unique': true}],
) }}
{%- set since = built_for() %}
-- depends_on: {{ ref('int_crawls') }}

with

documents as not materialized (
    select * from {{ ref('stg_merchants__crawl_documents') }}
),

{%- if since %}

crawls as (
    select * from {{ ref('int_crawls') }}
    where {{ is_news(since) }}
),

listed as (
    select distinct
        documents.merchant_id,
        documents.url
    from crawls
    inner join documents on crawls.crawl_id = documents.crawl_id
),

final as (
    select
        listed.merchant_id,
        listed.url,
        newest.observed_at
    from listed
    left join lateral (
        select documents.observed_at
        from documents
        where listed.merchant_id = documents.merchant_id and listed.url = documents.url and documents.status = 'unchanged'
        order by documents.observed_at desc
        limit 1
    ) as newest on true
)

{%- else %}

final as (
    select
        merchant_id,
        url,
        max(observed_at) filter (where status = 'unchanged') as observed_at
    from documents
    group by merchant_id, url
)

{%- endif %}

select * from final
