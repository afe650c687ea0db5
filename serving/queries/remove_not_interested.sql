-- The customer may see it again; a row when it is, or was, an entry of theirs.
update inbox.not_interested
set removed_at = coalesce(removed_at, clock_timestamp())
where customer_key = %(customer_key)s and entry_id = %(entry_id)s::uuid
returning entry_id
