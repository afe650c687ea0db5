-- Take a saved deal away.
update inbox.saved_deal
set removed_at = clock_timestamp()
where customer_key = %(customer_key)s and deal_id = %(deal_id)s::uuid and removed_at is null
