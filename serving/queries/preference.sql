-- How the customer wants to be told, or no row.
select
    country,
    currency,
    language,
    categories,
    brands,
    is_personalised,
    channels,
    timezone,
    quiet_from,
    quiet_until,
    digest,
    unsubscribed_at is not null as is_unsubscribed,
    updated_at
from inbox.preference
where customer_key = %(customer_key)s
