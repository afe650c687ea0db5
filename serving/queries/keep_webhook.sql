-- Where messages to the customer of this transaction are posted, and with what they are signed.
select contact.keep_webhook(%(url)s::text, %(secret)s::text)
