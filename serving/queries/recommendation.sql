-- A customer's recommendations as one body, or no row.
select
    body,
    model_version
from publish.recommendation
where version = %(recommendation)s and customer_key = %(customer_key)s
