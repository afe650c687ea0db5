-- One row per deal of a page, best first. Prices and availability are those of the live offer when there is one; sorts read the
-- published values, so that a cursor stays true to its version. Relevance ranks the thousand most popular matches; by popularity
-- the walk stops at the page's end. What a card shows is fetched for the page's rows alone.
with

matches as (
    select
        doc.deal_id,
        doc.prank,
        doc.price_reporting,
        doc.discount_pct,
        doc.started_at,
        doc.ends_at,
        case
            when %(sort)s <> 'relevance' or %(tsquery)s::text is null then 0
            else
                ts_rank(array[0.2, 0.5, 0.67, 1], doc.tsv, %(tsquery)s::tsquery)
                + case when %(fuzzy)s then word_similarity(%(q)s::text, unaccent(doc.title)) else 0 end
                + case when lower(doc.brand) = any(%(brands)s::text[]) then 0.6 else 0 end
                + case
                    when doc.category = any(%(categories)s::text[]) or doc.subcategory = any(%(categories)s::text[]) then 0.3
                    else 0
                end
                + 0.15 * coalesce(doc.popularity, 0)
                + 0.6 * ln(1 + coalesce(clicks.shoppers, 0))
                + coalesce((
                    select 2 * sum(parts.weight) filter (where doc.tsv @@ parts.tsquery::tsquery) / sum(parts.weight)
                    from unnest(%(parts)s::text[], %(weights)s::double precision[]) as parts (tsquery, weight)
                ), 0)
        end as relevance
    from publish.search_doc as doc
    left join publish.live_offer as live on %(by_live)s and doc.offer_id = live.offer_id
    left join publish.search_click as clicks
        on
            clicks.version = %(search_click)s::bigint
            and clicks.term = %(term)s::text
            and doc.deal_id = clicks.deal_id
    where
        doc.version = %(search_doc)s
        and (
            %(tsquery)s::text is null
            or doc.tsv @@ %(tsquery)s::tsquery
            or (%(fuzzy)s and %(q)s::text <%% doc.title)  -- noqa: PRS
        )
        and (cardinality(%(category)s::text[]) = 0 or doc.category = any(%(category)s::text[]))
        and (cardinality(%(merchant)s::text[]) = 0 or doc.merchant_id = any(%(merchant)s::text[]))
        and (cardinality(%(brand)s::text[]) = 0 or lower(doc.brand) = any(%(brand)s::text[]))
        and (%(country)s::text is null or doc.country = %(country)s::text)
        and (%(min_rating)s::numeric is null or doc.rating >= %(min_rating)s::numeric)
        and (not %(in_stock)s or coalesce(live.availability, doc.availability) = 'in_stock')
        and (
            (%(min_price)s::numeric is null and %(max_price)s::numeric is null)
            or case when live.offer_id is null then doc.price_reporting else live.price_reporting end
            between coalesce(%(min_price)s::numeric, 0) and coalesce(%(max_price)s::numeric, 1e12)
        )
        and (
            (%(min_discount)s::numeric is null and %(max_discount)s::numeric is null)
            or case
                when live.offer_id is null then doc.discount_pct
                when live.currency = doc.currency and doc.reference_price > 0
                    then greatest(round(100 * (1 - live.price / doc.reference_price), 2), 0)
            end between coalesce(%(min_discount)s::numeric, 0) and coalesce(%(max_discount)s::numeric, 100)
        )
        and (%(sort)s <> 'popularity' or %(after_prank)s::bigint is null or doc.prank > %(after_prank)s::bigint)
    order by doc.prank
    limit case %(sort)s when 'relevance' then 1000 when 'popularity' then %(limit)s::bigint end
),

keyed as (
    select
        deal_id,
        prank,
        case %(sort)s
            when 'relevance' then round(relevance::numeric, 6)
            when 'discount' then coalesce(discount_pct, 0)
            when 'price' then -coalesce(price_reporting, 1e12)
            when 'newest' then coalesce(round(extract(epoch from started_at), 6), 0)
            when 'ending_soon' then -coalesce(round(extract(epoch from ends_at), 6), 1e12)
            else 0
        end as sort_key
    from matches
),

page as (
    select *
    from keyed
    where
        %(after_key)s::numeric is null
        or sort_key < %(after_key)s::numeric
        or (sort_key = %(after_key)s::numeric and prank > %(after_prank)s::bigint)
    order by sort_key desc, prank
    limit %(limit)s
),

final as (
    select
        page.prank,
        page.sort_key,
        deal.deal_id,
        deal.offer_id,
        deal.product_id,
        deal.merchant_id,
        deal.merchant_name,
        deal.merchant_reputation,
        deal.title,
        deal.description,
        deal.brand,
        deal.category,
        deal.image_url,
        deal.url,
        deal.affiliate_url,
        deal.coupon_code,
        deal.terms,
        deal.country,
        deal.reference_kind,
        deal.started_at,
        deal.ends_at,
        case when live.offer_id is null or live.currency = deal.currency then deal.lowest_30d end as lowest_30d,
        deal.merchants_count,
        deal.score,
        deal.confidence,
        deal.factors,
        deal.verdict,
        deal.evidence,
        deal.suspicious_pricing,
        deal.popularity,
        deal.tags,
        deal.model_version,
        deal.reporting_currency,
        live.offer_id is not null as is_live,
        coalesce(live.price, deal.price) as price,
        coalesce(live.currency, deal.currency) as currency,
        case when live.offer_id is null then deal.price_reporting else live.price_reporting end as price_reporting,
        coalesce(live.availability, deal.availability) as availability,
        coalesce(live.observed_at, deal.observed_at) as observed_at,
        case when live.offer_id is null or live.currency = deal.currency then deal.reference_price end as reference_price,
        case
            when live.offer_id is null then deal.discount_pct
            when live.currency = deal.currency and deal.reference_price > 0
                then greatest(round(100 * (1 - live.price / deal.reference_price), 2), 0)
        end as discount_pct
    from page
    inner join publish.deal as deal on deal.version = %(deal)s and page.deal_id = deal.deal_id
    left join publish.live_offer as live on deal.offer_id = live.offer_id
)

select *
from final
order by sort_key desc, prank
