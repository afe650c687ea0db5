-- The similar items of a product as one body, or no row.
select
    items,
    model_version
from publish."similar"
where version = %(similar)s and product_id = %(product_id)s
