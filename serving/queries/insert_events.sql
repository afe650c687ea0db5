-- Append events that we have not seen; the same event_id again is left alone.
insert into inbox.events (request_id, event_id, customer_key, anonymous_id, body)
select
    %(request_id)s::uuid,
    (event ->> 'event_id')::uuid,
    %(customer_key)s::text,
    event ->> 'anonymous_id',
    event
from jsonb_array_elements(%(events)s::jsonb) as event
on conflict do nothing
