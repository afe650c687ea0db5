-- One row per category and brand of what is recommended to a customer, with how many of its products are of it.
select
    product.category,
    product.brand,
    count(*)::integer as products
from publish.recommendation as recommendation
cross join jsonb_array_elements(recommendation.body -> 'items') as listed (item)
inner join publish.product as product
    on product.version = %(product)s and (listed.item ->> 'product_id')::uuid = product.product_id
where recommendation.version = %(recommendation)s and recommendation.customer_key = %(customer_key)s
group by product.category, product.brand
