{% macro followers() %}
    {{ return(['fct_price_daily', 'fct_deals', 'price_index_daily', 'int_offers', 'offer_low_prices']) }}
{% endmacro %}

{#- Pre-hook of int_offer_versions: queue the offers whose versions must be computed anew, there and downstream, and forget them. -#}
{% macro queue_changed_offers() -%}
    {%- if execute %}
        delete from intermediate.offers_to_redo where model = '{{ this.name }}';
        {%- set since = built_for() %}
        {%- if since %}
            insert into intermediate.offers_to_redo (model, offer_id)
            select '{{ this.name }}', offer_id from ({{ changed_offers(since) }}) as changed;
            insert into intermediate.offers_to_redo (model, offer_id)
            select followers.model, offer_id
            from intermediate.offers_to_redo
            cross join (values {% for model in followers() %}('{{ model }}'){{ ', ' if not loop.last }}{% endfor %}) as followers (model)
            where offers_to_redo.model = '{{ this.name }}'
            on conflict do nothing;
            delete from {{ this }}
            where offer_id in (select offer_id from intermediate.offers_to_redo where model = '{{ this.name }}')
        {%- else %}
            delete from intermediate.build_state
            where model in ({% for model in followers() %}'{{ model }}'{{ ', ' if not loop.last }}{% endfor %})
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#-
    Offers about which something new contradicts the versions. Superfluous ones do no harm: each is judged anew.
    An observation contradicts when the version that covers its time says something else, or when there is none.
    A crawl contradicts when it ought to have shown an offer in force, and neither did nor left its document unread, as unchanged or not due.
-#}
{% macro changed_offers(since) %}
    with news as materialized (
        select offer_id, crawl_id, is_gone, row_hash, observed_at
        from {{ ref('int_offer_observations') }}
        where {{ is_news(since) }}
    ),
    new_crawls as materialized (
        select crawls.merchant_id, crawls.crawl_id, crawls.observed_at
        from {{ ref('int_crawls') }} as crawls
        where crawls.is_complete and crawls.is_documented and {{ is_news(since, 'crawls') }}
    ),
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
    unchanged as (
        select documents.crawl_id, documents.url
        from {{ ref('stg_merchants__crawl_documents') }} as documents
        inner join new_crawls on documents.crawl_id = new_crawls.crawl_id
        where documents.status in ('unchanged', 'skipped')
    ),
    -- the documents of most offers were not read: what the others said is asked of few
    looked_for as materialized (
        select sightings.offer_id, new_crawls.crawl_id, new_crawls.observed_at
        from new_crawls
        inner join {{ ref('int_offer_sightings') }} as sightings on new_crawls.merchant_id = sightings.merchant_id
        left join unchanged
            on
                new_crawls.crawl_id = unchanged.crawl_id
                and sightings.document_url = unchanged.url
                and sightings.observed_at < new_crawls.observed_at
        where unchanged.url is null
    )
    select offer_id from contradicted
    union
    select looked_for.offer_id
    from looked_for
    inner join {{ this }} as versions
        on
            looked_for.offer_id = versions.offer_id
            and looked_for.observed_at > versions.valid_from
            and (versions.valid_to is null or looked_for.observed_at < versions.valid_to)
    left join news on looked_for.offer_id = news.offer_id and looked_for.crawl_id = news.crawl_id
    where news.offer_id is null
{% endmacro %}

{#- Post-hook of int_offer_versions and of every model that follows it: the queue is done. -#}
{% macro clear_queue() -%}
    delete from intermediate.offers_to_redo where model = '{{ this.name }}'
{%- endmacro %}

{#- Subquery: the offers that this build computes anew. -#}
{% macro queued_offers() -%}
    select offer_id from intermediate.offers_to_redo where model = '{{ this.name }}'
{%- endmacro %}

{#- Pre-hook of a follower: forget the queued offers, those too that will have no row any more; or everything, to start over. -#}
{% macro forget_queued_offers() -%}
    {%- if execute and is_incremental() %}
        {%- if built_for() %}
            delete from {{ this }} where offer_id in ({{ queued_offers() }})
        {%- else %}
            truncate {{ this }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#-
    Pre-hook of a follower that keeps reporting amounts: an amount of the last days that was exchanged at an older day's rate
    is looked at again, for the day's own rate may have come since.
-#}
{% macro queue_rateless_offers(since) -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            insert into intermediate.offers_to_redo (model, offer_id)
            select distinct '{{ this.name }}', offer_id
            from {{ this }}
            where {{ may_get_a_rate(since) }}
            on conflict do nothing
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- Holds for a row whose own day's rate may yet have come after `since`. -#}
{% macro may_get_a_rate(since) -%}
    currency <> '{{ var("reporting_currency") }}'
    and rate_day is distinct from day
    and day >= {{ business_day(since) }} - {{ var("rate_days") }} - 1
{%- endmacro %}
