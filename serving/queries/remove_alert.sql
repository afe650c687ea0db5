-- Wait no longer; a row when it is, or was, the customer's.
update inbox.alert
set status = 'removed', removed_at = coalesce(removed_at, clock_timestamp())
where customer_key = %(customer_key)s and alert_id = %(alert_id)s::uuid
returning alert_id
