-- Where the customer of this transaction is reached by mail; nobody but the notifier reads it.
select contact.keep_address(%(address)s::text)
