with

products as (
    select * from {{ ref('dim_product') }}
),

matches as (
    select * from {{ ref('int_offer_products') }}
),

offers as (
    select * from {{ ref('fct_offers') }}
    where is_live and {{ may_be_shown('merchant', 'merchant_id') }}
),

corrections as (
    select
        subject_id,
        corrections
    from {{ ref('int_editor_decisions') }}
    where subject_kind = 'product' and action = 'correct'
),

lows as (
    select
        product_id,
        min(lowest_price_30d_reporting) as lowest_30d_reporting,
        min(lowest_price_reporting) as lowest_ever_reporting,
        (array_agg(lowest_price_at order by lowest_price_reporting nulls last, lowest_price_at desc))[1] as lowest_ever_at
    from {{ ref('fct_price_lows') }}
    where {{ may_be_shown('merchant', 'merchant_id') }}
    group by product_id
),

live as (
    select
        matches.product_id,
        array_agg(
            offers.offer_id
            order by offers.availability = 'out_of_stock', offers.price_reporting nulls last, offers.offer_id
        ) as best_offers,
        array_agg(
            offers.description
            order by length(offers.description) desc nulls last, offers.offer_id
        ) as descriptions,
        array_agg(
            offers.image_url
            order by offers.image_url is null, offers.is_house desc, offers.offer_id
        ) as images,
        min(offers.gtin) as gtin,
        sum(offers.rating * offers.review_count) / nullif(sum(offers.review_count) filter (where offers.rating is not null), 0)
            as rating,
        coalesce(sum(offers.review_count), 0)::integer as review_count,
        count(*)::integer as offers_count,
        count(distinct offers.merchant_id)::integer as merchants_count,
        min(offers.price_reporting) as lowest_price_reporting,
        max(offers.price_reporting) as highest_price_reporting
    from matches
    inner join offers on matches.offer_id = offers.offer_id
    group by matches.product_id
),

final as (
    select
        products.product_id,
        products.item_group_id,
        {{ corrected('corrections.corrections', 'title', 'products.title') }} as title,
        {{ corrected('corrections.corrections', 'brand', 'products.brand') }} as brand,
        {{ corrected('corrections.corrections', 'category', 'products.category') }} as category,
        -- what was found about a category does not hold of the one that an editor chose instead
        case when corrections.corrections ? 'category' then 1 else products.category_confidence end::double precision
            as category_confidence,
        case when not coalesce(corrections.corrections ? 'category', false) then products.subcategory end as subcategory,
        case when not coalesce(corrections.corrections ? 'category', false) then products.google_category_id end
            as google_category_id,
        products.tags,
        {{ corrected('corrections.corrections', 'description', 'live.descriptions[1]') }} as description,
        {{ corrected('corrections.corrections', 'image_url', 'coalesce(products.image_url, live.images[1])') }} as image_url,
        coalesce(products.gtin, live.gtin) as gtin,
        live.rating::numeric(4, 2) as rating,
        live.review_count,
        live.offers_count,
        live.merchants_count,
        live.lowest_price_reporting::numeric(14, 2) as lowest_price_reporting,
        live.highest_price_reporting::numeric(14, 2) as highest_price_reporting,
        lows.lowest_30d_reporting::numeric(14, 2) as lowest_30d_reporting,
        lows.lowest_ever_reporting::numeric(14, 2) as lowest_ever_reporting,
        lows.lowest_ever_at,
        '{{ var("reporting_currency") }}'::text as reporting_currency,
        products.house_sku,
        live.best_offers[1] as best_offer_id,
        {{ as_of() }} as as_of
    from products
    inner join live on products.product_id = live.product_id
    left join lows on products.product_id = lows.product_id
    left join corrections on products.product_id::text = corrections.subject_id
    where {{ may_be_shown('product', 'products.product_id') }}
)

select * from final
