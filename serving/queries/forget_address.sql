-- The customer of this transaction is not reached by mail any more.
select contact.forget_address()
