with

deals as (
    select * from {{ ref('deal') }}
),

products as (
    select
        product_id,
        title,
        brand,
        subcategory,
        rating
    from {{ ref('product') }}
),

final as (
    select
        deals.deal_id,
        row_number() over (
            order by deals.pin_rank nulls last, deals.popularity desc, deals.score desc, deals.deal_id
        )::integer as prank,
        setweight({{ search_vector('deals.title', 'deals.language') }}, 'A')
        || setweight(to_tsvector('simple', {{ searchable('coalesce(deals.brand, products.brand)') }}), 'B')
        || setweight({{ search_vector("coalesce(deals.category, '') || ' ' || coalesce(products.subcategory, '')") }}, 'C')
        || setweight(to_tsvector('simple', {{ searchable('products.title') }}), 'D')
        || setweight({{ search_vector('left(deals.description, 5000)', 'deals.language') }}, 'D') as tsv,
        deals.title,
        deals.category,
        products.subcategory,
        coalesce(deals.brand, products.brand) as brand,
        deals.merchant_id,
        deals.country,
        deals.offer_id,
        deals.currency,
        deals.reference_price,
        deals.price_reporting,
        deals.discount_pct,
        deals.popularity,
        products.rating,
        deals.availability,
        deals.ends_at,
        deals.started_at,
        deals.as_of
    from deals
    left join products on deals.product_id = products.product_id
)

select * from final
