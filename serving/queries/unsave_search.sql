-- Take a search away; a row when it is, or was, the customer's.
update inbox.saved_search
set removed_at = coalesce(removed_at, clock_timestamp())
where customer_key = %(customer_key)s and search_id = %(search_id)s::uuid
returning search_id
