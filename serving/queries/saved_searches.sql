-- One row per search that the customer keeps, the latest first; or the one that asks the same, or the one of an id.
select
    search_id,
    name,
    query,
    created_at
from inbox.saved_search
where
    customer_key = %(customer_key)s
    and removed_at is null
    and (%(query)s::jsonb is null or query = %(query)s::jsonb)
order by created_at desc, search_id
