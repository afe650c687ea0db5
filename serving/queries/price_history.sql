-- One row per product, merchant and day on which the merchant's price moved, and its last day.
select
    merchant_id,
    day,
    low,
    high,
    currency,
    low_reporting
from publish.price_history
where
    version = %(price_history)s
    and product_id = %(product_id)s
    and (cardinality(%(merchant)s::text[]) = 0 or merchant_id = any(%(merchant)s::text[]))
order by day, merchant_id
