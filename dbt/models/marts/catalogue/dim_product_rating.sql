{{ config(indexes=[{'columns': ['product_id'], 'unique': true}]) }}

with

matches as (
    select * from {{ ref('int_offer_products') }}
    where band <> 'review'
),

skus as (
    select * from {{ ref('house_sku') }}
),

own as (
    select
        matches.product_id,
        count(*) as reviews,
        sum(reviews.rating) as stars
    from {{ ref('stg_shop__reviews') }} as reviews
    inner join skus on reviews.sku = skus.sku
    inner join matches on skus.offer_id = matches.offer_id
    where reviews.event_at <= {{ as_of() }}
    group by matches.product_id
),

-- variants of one article show the article's rating: a merchant counts once
listed as (
    select distinct on (matches.product_id, offers.merchant_id)
        matches.product_id,
        offers.review_count as reviews,
        offers.rating * offers.review_count as stars
    from {{ ref('fct_offers') }} as offers
    inner join matches on offers.offer_id = matches.offer_id
    where offers.is_live and not offers.is_house and offers.rating between 1 and 5 and offers.review_count > 0
    order by matches.product_id, offers.merchant_id, offers.review_count desc, offers.offer_id
),

market as (
    select
        product_id,
        count(*) as merchants,
        sum(reviews) as reviews,
        sum(stars) as stars
    from listed
    group by product_id
),

summed as (
    select
        coalesce(own.product_id, market.product_id) as product_id,
        coalesce(own.reviews, 0) as own_reviews,
        own.stars / nullif(own.reviews, 0)::numeric as own_rating,
        coalesce(market.merchants, 0) as merchants,
        coalesce(market.reviews, 0) as market_reviews,
        market.stars / nullif(market.reviews, 0) as market_rating,
        coalesce(own.reviews, 0) + coalesce(market.reviews, 0) as reviews,
        coalesce(own.stars, 0) + coalesce(market.stars, 0) as stars
    from own
    full outer join market on own.product_id = market.product_id
),

average as (
    select sum(stars) / nullif(sum(reviews), 0) as rating from summed
),

final as (
    select
        summed.product_id,
        summed.own_reviews::integer as own_reviews,
        round(summed.own_rating, 2) as own_rating,
        summed.merchants::integer as merchants,
        summed.market_reviews::integer as market_reviews,
        round(summed.market_rating, 2) as market_rating,
        summed.reviews::integer as reviews,
        round(summed.stars / summed.reviews, 2) as rating,
        -- five reviews of the average stand beside a product's own: one enthusiast makes no best product
        round((summed.stars + 5 * average.rating) / (summed.reviews + 5), 2) as fair_rating
    from summed
    cross join average
)

select * from final
