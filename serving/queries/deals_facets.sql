-- One row per facet and value with its count, and one `total`. Each facet keeps the other facets' choices and drops its own, so
-- that a shopper sees what another choice would bring. Counts look at no more than %(cap)s matches of the words, the most
-- popular ones.
with

matches as (
    select
        doc.category,
        doc.brand,
        doc.merchant_id,
        doc.rating,
        doc.offer_id,
        doc.currency,
        doc.reference_price,
        doc.price_reporting,
        doc.discount_pct,
        doc.availability
    from publish.search_doc as doc
    where
        doc.version = %(search_doc)s
        and (
            %(tsquery)s::text is null
            or doc.tsv @@ %(tsquery)s::tsquery
            or (%(fuzzy)s and %(q)s::text <%% doc.title)  -- noqa: PRS
        )
        and (%(country)s::text is null or doc.country = %(country)s::text)
    order by doc.prank
    limit %(cap)s
),

live as (
    select
        matches.category,
        matches.brand,
        matches.merchant_id,
        matches.rating,
        coalesce(live.availability, matches.availability) as availability,
        case when live.offer_id is null then matches.price_reporting else live.price_reporting end as price,
        case
            when live.offer_id is null then matches.discount_pct
            when live.currency = matches.currency and matches.reference_price > 0
                then greatest(round(100 * (1 - live.price / matches.reference_price), 2), 0)
        end as discount
    from matches
    -- one by one by its key, however many offers are live
    left join lateral (
        select
            live_offer.offer_id,
            live_offer.price,
            live_offer.currency,
            live_offer.price_reporting,
            live_offer.availability
        from publish.live_offer as live_offer
        where matches.offer_id = live_offer.offer_id
        order by live_offer.offer_id
        limit 1
    ) as live on true
),

judged as (
    select
        *,
        (cardinality(%(category)s::text[]) = 0 or category = any(%(category)s::text[])) is not true as not_category,
        (cardinality(%(merchant)s::text[]) = 0 or merchant_id = any(%(merchant)s::text[])) is not true as not_merchant,
        (cardinality(%(brand)s::text[]) = 0 or lower(brand) = any(%(brand)s::text[])) is not true as not_brand,
        (%(min_rating)s::numeric is null or rating >= %(min_rating)s::numeric) is not true as not_rating,
        (not %(in_stock)s or availability = 'in_stock') is not true as not_stock,
        (
            (%(min_price)s::numeric is null and %(max_price)s::numeric is null)
            or price between coalesce(%(min_price)s::numeric, 0) and coalesce(%(max_price)s::numeric, 1e12)
        ) is not true as not_price,
        (
            (%(min_discount)s::numeric is null and %(max_discount)s::numeric is null)
            or discount between coalesce(%(min_discount)s::numeric, 0) and coalesce(%(max_discount)s::numeric, 100)
        ) is not true as not_discount
    from live
),

counted as (
    select
        *,
        not_category::integer + not_merchant::integer + not_brand::integer + not_rating::integer + not_stock::integer
        + not_price::integer + not_discount::integer as misses
    from judged
),

merchants as (
    select
        merchant_id,
        count(*) as hits
    from counted
    where misses = not_merchant::integer
    group by merchant_id
),

-- the name by any of the merchant's deals: all of them are many
named as (
    select
        merchants.merchant_id,
        merchants.hits,
        one.merchant_name
    from merchants
    left join lateral (
        select deal.merchant_name
        from publish.deal as deal
        where deal.version = %(deal)s and merchants.merchant_id = deal.merchant_id
        order by deal.merchant_id
        limit 1
    ) as one on true
),

final as (
    select
        'total' as facet,
        '' as value,
        '' as label,
        0 as place,
        count(*) filter (where misses = 0) as hits
    from counted
    union all
    select 'seen' as facet, '' as value, '' as label, 0 as place, count(*) as hits
    from counted
    union all
    select 'in_stock' as facet, '' as value, '' as label, 0 as place, count(*) as hits
    from counted
    where misses = not_stock::integer and availability = 'in_stock'
    union all
    select 'category' as facet, category as value, category as label, 0 as place, count(*) as hits
    from counted
    where misses = not_category::integer
    group by category
    union all
    select 'merchant' as facet, merchant_id as value, merchant_name as label, 0 as place, hits
    from named
    union all
    select 'brand' as facet, max(brand) as value, max(brand) as label, 0 as place, count(*) as hits
    from counted
    where misses = not_brand::integer and brand is not null
    group by lower(brand)
    union all
    select 'price' as facet, bands.value, bands.value as label, bands.place, count(*) as hits
    from counted
    inner join (values (1, '0-50', 0, 50), (2, '50-100', 50, 100), (3, '100-200', 100, 200), (4, '200-', 200, 1e12))
        as bands (place, value, low, high)
        on counted.price between bands.low and bands.high
    where counted.misses = counted.not_price::integer
    group by bands.place, bands.value
    union all
    select 'discount' as facet, steps.value::text as value, steps.value::text as label, steps.value as place, count(*) as hits
    from counted
    inner join (values (10), (25), (40), (50)) as steps (value) on counted.discount >= steps.value
    where counted.misses = counted.not_discount::integer
    group by steps.value
    union all
    select 'rating' as facet, steps.value::text as value, steps.value::text as label, -steps.value as place, count(*) as hits
    from counted
    inner join (values (3), (4)) as steps (value) on counted.rating >= steps.value
    where counted.misses = counted.not_rating::integer
    group by steps.value
)

select *
from final
order by facet, place, hits desc, value
