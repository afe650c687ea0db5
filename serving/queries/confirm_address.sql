-- Whether the customer of this transaction has the address of this hash; from now on it is confirmed.
select contact.confirm_address(%(hash)s::text) as is_confirmed
