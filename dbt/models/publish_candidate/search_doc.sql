with

deals as (
    select * from {{ ref('deal') }}
),

final as (
    select
        deal_id,
        row_number() over (order by pin_rank nulls last, popularity desc, score desc, deal_id)::integer as prank,
        setweight(to_tsvector('simple', unaccent(title)), 'A')
        || setweight(to_tsvector('simple', unaccent(coalesce(brand, ''))), 'B')
        || setweight(to_tsvector('simple', unaccent(coalesce(category, ''))), 'C')
        || setweight(to_tsvector('simple', unaccent(left(coalesce(description, ''), 5000))), 'D') as tsv,
        title,
        category,
        brand,
        merchant_id,
        country,
        price_reporting,
        discount_pct,
        availability,
        ends_at,
        started_at,
        as_of
    from deals
)

select * from final
