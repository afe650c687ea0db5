-- One row per product among the ids.
select
    product_id,
    item_group_id,
    title,
    brand,
    category,
    subcategory,
    tags,
    description,
    image_url,
    gtin,
    rating,
    review_count,
    offers_count,
    merchants_count,
    lowest_price_reporting,
    highest_price_reporting,
    lowest_30d_reporting,
    lowest_ever_reporting,
    lowest_ever_at,
    reporting_currency,
    house_sku
from publish.product
where version = %(product)s and product_id = any(%(product_ids)s::uuid[])
