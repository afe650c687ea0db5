-- A page of the customer's messages, the latest first.
select
    notification_id,
    kind,
    title,
    body,
    created_at,
    read_at
from inbox.notification
where
    customer_key = %(customer_key)s
    and (%(before)s::bigint is null or notification_id < %(before)s::bigint)
    and (not %(unread)s::boolean or read_at is null)
order by notification_id desc
limit %(limit)s
