{#-
    CTEs beside offers: `documents`, when a document was last found unchanged, and `crawls`, the last complete crawl of a change-only
    history: of it we know that it saw every offer that was not reported gone.
-#}
{% macro last_sights() -%}
documents as (
    select * from {{ ref('int_unchanged_documents') }}
),

crawls as (
    select
        merchant_id,
        max(observed_at) as observed_at
    from {{ ref('int_crawls') }}
    where is_complete and not is_documented
    group by merchant_id
)
{%- endmacro %}

{#- Last time that we know an offer to have stood there; `offers` are joined with what `last_sights` gives. -#}
{% macro last_seen_at(offers) -%}
    case
        when {{ offers }}.is_house then coalesce({{ offers }}.valid_to, {{ as_of() }})
        when {{ offers }}.valid_to is null then greatest({{ offers }}.observed_at, documents.observed_at, crawls.observed_at)
        else {{ offers }}.observed_at
    end
{%- endmacro %}

{#- Its version is in force, and somebody saw it within `stale_days`. -#}
{% macro is_live(offers) -%}
    {{ offers }}.valid_to is null
    and {{ last_seen_at(offers) }} >= {{ as_of() }} - interval '{{ var("stale_days") }} days'
{%- endmacro %}

{#-
    Pre-hook of int_offers: the offers of which something came to be known, and those that went stale meanwhile or were seen again.
    Their rows are forgotten.
-#}
{% macro note_offers_with_news() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table offers_with_news on commit drop as
            {{ queued_offers() }}
            union
            select offer_id
            from {{ ref('int_offer_observations') }}
            where {{ is_news(since) }}
            union
            select offers.offer_id
            from (
                with {{ last_sights() }}
                select offers.offer_id, offers.is_live <> ({{ is_live('offers') }}) as has_turned
                from {{ this }} as offers
                left join documents on offers.merchant_id = documents.merchant_id and offers.document_url = documents.url
                left join crawls on offers.merchant_id = crawls.merchant_id
            ) as offers
            where has_turned;
            analyze offers_with_news;
            delete from {{ this }} as offers
            using offers_with_news as redo
            where offers.offer_id = redo.offer_id
        {%- endif %}
    {%- endif %}
{%- endmacro %}
