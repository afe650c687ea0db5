-- One row per sku of the batch that has a price.
select
    sku,
    product_id,
    price,
    currency,
    previous_price,
    reason,
    reason_parts,
    rail,
    model_version,
    as_of
from publish.price
where version = %(price)s and sku = any(%(skus)s::text[])
order by sku
