-- One row per alert that waits or has fired, the latest first; or the one that waits for the same.
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
where customer_key = %(customer_key)s and status <> 'removed'
order by created_at desc, alert_id
limit 500
