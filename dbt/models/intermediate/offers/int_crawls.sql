{{ config(indexes=[{'columns': ['merchant_id', 'observed_at']}, {'columns': ['crawl_id']}]) }}

with

crawls as (
    select * from {{ ref('stg_merchants__crawls') }}
),

documents as (
    select
        crawl_id,
        count(*) as documents,
        count(*) filter (where status <> 'fetched') as documents_not_read
    from {{ ref('stg_merchants__crawl_documents') }}
    group by crawl_id
),

final as (
    select
        crawls.merchant_id,
        crawls.crawl_id,
        crawls.status = 'complete' as is_complete,
        -- imported history has no documents: there only a row that says `gone` ends an offer
        documents.crawl_id is not null as is_documented,
        coalesce(documents.documents_not_read, 0) as documents_not_read,
        crawls.observed_at,
        crawls.loaded_at,
        crawls.batch_id
    from crawls
    left join documents on crawls.crawl_id = documents.crawl_id
)

select * from final
