-- Keep a search.
insert into inbox.saved_search (customer_key, name, query)
values (%(customer_key)s, %(title)s, %(query)s::jsonb)
returning search_id, name, query, created_at
