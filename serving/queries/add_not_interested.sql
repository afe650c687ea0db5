-- Something that the customer does not want to see.
insert into inbox.not_interested (customer_key, kind, value)
values (%(customer_key)s, %(kind)s, %(value)s)
returning entry_id, kind, value, created_at
