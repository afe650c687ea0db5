-- How many messages wait to be read.
select count(*) as unread
from inbox.notification
where customer_key = %(customer_key)s and read_at is null
