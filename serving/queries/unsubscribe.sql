-- Nothing more is sent to the customer.
insert into inbox.preference as kept (customer_key, unsubscribed_at)
values (%(customer_key)s, clock_timestamp())
on conflict (customer_key) do update
    set unsubscribed_at = coalesce(kept.unsubscribed_at, excluded.unsubscribed_at), updated_at = clock_timestamp()
