with

deals as (
    select * from {{ ref('deals_scored') }}
    where is_published
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live
),

merchants as (
    select * from {{ ref('dim_merchant') }}
),

links as (
    select * from {{ ref('offer_links') }}
),

-- what is sure of the product and says what the thing is; its condition and its bundle are the offer's own affair
traits as (
    select
        products.product_id,
        jsonb_agg(listed.tag -> 'value' order by listed.place) as labels
    from {{ ref('dim_product') }} as products
    cross join lateral jsonb_array_elements(products.tags) with ordinality as listed (tag, place)
    where
        products.product_id in (select deals.product_id from deals)
        and (listed.tag ->> 'confidence')::double precision >= 0.8
        and listed.tag ->> 'kind' not in ('condition', 'offer')
    group by products.product_id
),

corrections as (
    select
        subject_kind,
        subject_id,
        corrections
    from {{ ref('int_editor_decisions') }}
    where action = 'correct'
),

-- the newest pin stands first
pins as (
    select
        deals.deal_id,
        row_number() over (order by max(pinned.decided_at) desc, deals.deal_id)::integer as pin_rank
    from deals
    inner join {{ ref('int_editor_decisions') }} as pinned
        on
            pinned.action = 'pin'
            and (
                (pinned.subject_kind = 'deal' and pinned.subject_id = deals.deal_id::text)
                or (pinned.subject_kind = 'product' and pinned.subject_id = deals.product_id::text)
            )
    group by deals.deal_id
),

worded as (
    select
        deals.deal_id,
        {{ corrected('of_deal.corrections', 'title', 'offers.title') }} as title,
        {{ corrected('of_deal.corrections', 'description', 'offers.description') }} as description,
        {{ corrected('of_deal.corrections', 'image_url', 'offers.image_url') }} as image_url,
        {{ corrected('of_deal.corrections', 'brand', corrected('of_product.corrections', 'brand', 'offers.brand')) }} as brand,
        {{ corrected('of_deal.corrections', 'category', corrected('of_product.corrections', 'category', 'deals.category')) }}
            as category
    from deals
    inner join offers on deals.offer_id = offers.offer_id
    left join corrections as of_deal on of_deal.subject_kind = 'deal' and deals.deal_id::text = of_deal.subject_id
    left join corrections as of_product on of_product.subject_kind = 'product' and deals.product_id::text = of_product.subject_id
),

final as (
    select
        deals.deal_id,
        deals.offer_id,
        deals.product_id,
        deals.merchant_id,
        merchants.name as merchant_name,
        deals.merchant_reputation,
        worded.title,
        worded.description,
        worded.brand,
        worded.category,
        worded.image_url,
        offers.url,
        links.link as affiliate_url,
        offers.coupon_code,
        offers.terms,
        offers.country,
        offers.language,
        offers.price::numeric(14, 2) as price,
        offers.currency,
        deals.reference_price::numeric(14, 2) as reference_price,
        deals.reference_kind,
        deals.discount_pct::numeric(5, 2) as discount_pct,
        offers.price_reporting::numeric(14, 2) as price_reporting,
        '{{ var("reporting_currency") }}'::text as reporting_currency,
        offers.availability,
        deals.started_at,
        deals.ends_at,
        offers.last_seen_at as observed_at,
        deals.lowest_price_30d_before::numeric(14, 2) as lowest_30d,
        deals.merchants_for_product as merchants_count,
        deals.score,
        deals.confidence,
        jsonb_build_object(
            'merchant_reputation', deals.merchant_reputation,
            'popularity', deals.popularity,
            'price_competitiveness', deals.price_competitiveness,
            'content_quality', deals.content_quality,
            'historical_performance', deals.historical_performance
        ) as factors,
        deals.verdict,
        deals.evidence,
        deals.suspicious_pricing,
        deals.parts as score_parts,
        deals.click_probability,
        deals.popularity,
        to_jsonb(array_remove(array[
            worded.category,
            case when pins.pin_rank is not null then 'our pick' end,
            case when offers.coupon_code is not null then 'coupon' end,
            case when offers.shipping_cost = 0 then 'free shipping' end,
            case when deals.discount_pct >= 50 then 'half price' end,
            case when offers.price < deals.lowest_price_30d_before then 'lowest in 30 days' end,
            case when deals.started_at > deals.as_of - interval '2 days' then 'new' end,
            case when offers.is_house then 'our own' end
        ], null)) || coalesce(traits.labels, '[]'::jsonb) as tags,
        pins.pin_rank,
        deals.model_version,
        deals.as_of
    from deals
    inner join offers on deals.offer_id = offers.offer_id
    inner join merchants on deals.merchant_id = merchants.merchant_id
    left join links on offers.offer_id = links.offer_id
    inner join worded on deals.deal_id = worded.deal_id
    left join pins on deals.deal_id = pins.deal_id
    left join traits on deals.product_id = traits.product_id
)

select * from final
