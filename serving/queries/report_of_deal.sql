-- The customer's own report of a deal, or no row.
select event_id
from inbox.events
where customer_key = %(customer_key)s and body ->> 'kind' = 'deal_report' and body ->> 'deal_id' = %(deal_id)s::text
order by event_id
limit 1
