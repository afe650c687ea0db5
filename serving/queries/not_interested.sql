-- What the customer does not want to see, the latest first.
select
    entry_id,
    kind,
    value,
    created_at
from inbox.not_interested
where customer_key = %(customer_key)s and removed_at is null
order by created_at desc, entry_id
