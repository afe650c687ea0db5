-- published products whose title, brand or id holds the words
select
    product.product_id::text as subject_id,
    product.title,
    product.brand,
    product.category,
    product.description,
    product.image_url,
    null as url,
    product.merchants_count || case product.merchants_count when 1 then ' merchant' else ' merchants' end || ' · from ' || product.lowest_price_reporting || ' ' || product.reporting_currency as facts
from publish.product as product
inner join publish.current as live on live.dataset = 'product' and product.version = live.version
where product.title ilike :like or product.brand ilike :like or :wanted in (product.product_id::text, product.gtin)
order by product.merchants_count desc, product.product_id
limit :most
