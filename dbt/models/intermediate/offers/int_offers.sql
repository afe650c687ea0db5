{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ take_news() }}",
        "{{ note_offers_with_news() }}",
        "set local enable_nestloop = off",
    ],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['offer_id'], 'unique': true}, {'columns': ['merchant_id']}],
) }}

with

sightings as (
    select * from {{ ref('int_offer_sightings') }}
    {%- if built_for() %}
    where offer_id in (select offers_with_news.offer_id from offers_with_news)
    {%- endif %}
),

versions as (
    select * from {{ ref('int_offer_versions') }}
),

observations as (
    select * from {{ ref('int_offer_observations') }}
),

policies as (
    select distinct on (offer_id)
        offer_id,
        stock_policy
    from {{ ref('stg_shop__product_updates') }}
    order by offer_id, updated_at desc, loaded_at desc, batch_id desc, row_no desc
),

sighted as materialized (
    select
        sightings.*,
        versions.valid_from,
        versions.valid_to
    from sightings
    inner join versions
        on
            sightings.offer_id = versions.offer_id
            and sightings.observed_at >= versions.valid_from
            and (versions.valid_to is null or sightings.observed_at < versions.valid_to)
),

{%- if built_for() %}

-- few are looked up one by one, each where its row lies: nothing else of the past is read
offers as (
    select
        said.*,
        sighted.first_seen_at,
        sighted.valid_from,
        sighted.valid_to,
        said.merchant_id = '{{ var("shop_id") }}' as is_house
    from sighted
    cross join lateral (
        select *
        from observations
        where
            sighted.offer_id = observations.offer_id
            and sighted.observed_at = observations.observed_at
            and sighted.loaded_at = observations.loaded_at
            and sighted.batch_id = observations.batch_id
            and sighted.row_no = observations.row_no
        order by observations.row_no
        limit 1
    ) as said
),

{%- else %}

offers as (
    select
        said.*,
        sighted.first_seen_at,
        sighted.valid_from,
        sighted.valid_to,
        said.merchant_id = '{{ var("shop_id") }}' as is_house
    from sighted
    inner join observations as said
        on
            sighted.offer_id = said.offer_id
            and sighted.observed_at = said.observed_at
            and sighted.batch_id = said.batch_id
            and sighted.row_no = said.row_no
),

{%- endif %}

told as (
    select
        offers.*,
        merchant_id || ':' || item_group_id as item_group_key,
        reference_price > price as is_reduced
    from offers
),

{{ last_sights() }},

final as (
    select
        told.offer_id,
        told.merchant_id,
        told.country,
        told.language,
        told.item_group_key,
        told.title,
        told.variant_title,
        told.description,
        told.brand,
        told.gtin,
        told.mpn,
        told.sku,
        told.category_path,
        told.condition,
        told.url,
        told.affiliate_url,
        told.image_url,
        told.coupon_code,
        told.terms,
        told.price,
        told.currency,
        case when told.is_reduced then told.reference_price end as reference_price,
        case when told.is_reduced then told.reference_kind end as reference_kind,
        {{ discount_pct('told.price', 'told.reference_price') }} as discount_pct,
        told.sale_start,
        told.sale_end,
        told.shipping_cost,
        told.rating,
        told.review_count,
        told.availability,
        policies.stock_policy,
        told.is_house,
        told.document_url,
        told.observed_at,
        told.first_seen_at,
        told.valid_from,
        told.valid_to,
        {{ is_live('told') }} as is_live,
        case
            when length(trim(told.title)) < 10 then 'short'
            when length(told.title) > 200 then 'long'
            when told.title ~ '[[:alpha:]]{4}' and told.title = upper(told.title) then 'shouting'
            when told.title ~* '(!!|\m(?:gratis|top angebot|best price|hot deal|free shipping)\M)' then 'advertising'
        end as title_weakness,
        md5(row(
            told.merchant_id, told.country, told.language, told.item_group_key, told.title, told.variant_title, told.brand,
            told.gtin, told.mpn, told.sku, told.category_path, told.description
        )::text) as content_hash
    from told
    left join policies on told.offer_id = policies.offer_id
    left join documents on told.merchant_id = documents.merchant_id and told.document_url = documents.url
    left join crawls on told.merchant_id = crawls.merchant_id
)

select * from final
