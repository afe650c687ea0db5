-- One write of a customer's at a time: what is counted here is still so when it is written.
select pg_advisory_xact_lock(hashtextextended(%(customer_key)s::text, 22)) is null as is_locked
