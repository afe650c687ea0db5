-- Whether we know where to reach the customer of this transaction, never where.
select
    has_email,
    is_verified,
    has_webhook
from contact.standing()
