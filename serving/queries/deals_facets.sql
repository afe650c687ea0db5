-- One row per facet and value with its count, and one `total`. Each facet keeps the other facets' choices and drops its own, so
-- that a shopper sees what a second choice would bring. Counts look at no more than %(cap)s matches, the most popular ones.
with

matches as (
    select
        doc.category,
        doc.brand,
        doc.merchant_id,
        (cardinality(%(category)s::text[]) = 0 or doc.category = any(%(category)s::text[])) as is_category,
        (cardinality(%(merchant)s::text[]) = 0 or doc.merchant_id = any(%(merchant)s::text[])) as is_merchant,
        (cardinality(%(brand)s::text[]) = 0 or lower(doc.brand) = any(%(brand)s::text[])) as is_brand
    from publish.search_doc as doc
    where
        doc.version = %(search_doc)s
        and (
            %(q)s::text is null
            or doc.tsv @@ websearch_to_tsquery('simple', unaccent(%(q)s::text))
            or (%(fuzzy)s and unaccent(%(q)s::text) <%% doc.title)  -- noqa: PRS
        )
        and (%(country)s::text is null or doc.country = %(country)s::text)
        and (
            not %(by_live)s
            or exists (
                select
                from publish.deal as deal
                left join publish.live_offer as live on deal.offer_id = live.offer_id
                where
                    deal.version = %(deal)s
                    and deal.deal_id = doc.deal_id
                    and (not %(in_stock)s or coalesce(live.availability, deal.availability) = 'in_stock')
                    and (
                        %(max_price)s::numeric is null
                        or case when live.offer_id is null then deal.price_reporting else live.price_reporting end
                        <= %(max_price)s::numeric
                    )
                    and (
                        %(min_discount)s::numeric is null
                        or case
                            when live.offer_id is null then deal.discount_pct
                            when live.currency = deal.currency and deal.reference_price > 0
                                then 100 * (1 - live.price / deal.reference_price)
                        end >= %(min_discount)s::numeric
                    )
            )
        )
    order by doc.prank
    limit %(cap)s
),

merchants as (
    select
        merchant_id,
        min(merchant_name) as merchant_name
    from publish.deal
    where version = %(deal)s
    group by merchant_id
),

final as (
    select
        'total' as facet,
        '' as value,
        '' as label,
        count(*) filter (where is_category and is_merchant and is_brand) as hits
    from matches
    union all
    select 'seen' as facet, '' as value, '' as label, count(*) as hits
    from matches
    union all
    select 'category' as facet, category as value, category as label, count(*) as hits
    from matches
    where is_merchant and is_brand
    group by category
    union all
    select 'merchant' as facet, matches.merchant_id as value, merchants.merchant_name as label, count(*) as hits
    from matches
    left join merchants on matches.merchant_id = merchants.merchant_id
    where matches.is_category and matches.is_brand
    group by matches.merchant_id, merchants.merchant_name
    union all
    select 'brand' as facet, max(brand) as value, max(brand) as label, count(*) as hits
    from matches
    where is_category and is_merchant and brand is not null
    group by lower(brand)
)

select *
from final
order by facet, hits desc, value
