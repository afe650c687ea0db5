-- An answer to a question of consent.
insert into inbox.consent (customer_key, purpose, granted, text_version)
values (%(customer_key)s, %(purpose)s, %(granted)s, %(text_version)s)
returning purpose, granted, text_version, given_at
