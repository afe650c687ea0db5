-- Who speaks in this transaction: row-level security reads it.
select set_config('dealhouse.customer_key', %(customer_key)s, true)
