-- These messages, or all up to one, were read.
update inbox.notification
set read_at = clock_timestamp()
where
    customer_key = %(customer_key)s
    and read_at is null
    and (notification_id = any(%(ids)s::bigint[]) or notification_id <= %(up_to)s::bigint)
