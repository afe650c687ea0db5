-- The customer's alert that waits for the very same, or no row.
select
    alert_id,
    kind,
    product_id,
    offer_id,
    threshold,
    currency,
    baseline_price,
    status,
    created_at,
    fired_at
from inbox.alert
where
    customer_key = %(customer_key)s
    and status = 'active'
    and kind = %(kind)s
    and product_id = %(product_id)s::uuid
    and offer_id is not distinct from %(offer_id)s::uuid
    and currency is not distinct from %(currency)s::text
    and threshold is not distinct from %(threshold)s::numeric
