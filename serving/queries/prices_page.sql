-- One row per sku after the cursor, in the order of skus.
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
where version = %(price)s and (%(after)s::text is null or sku > %(after)s::text)
order by sku
limit %(limit)s
