select coalesce(sum(rows_received), 0)
from raw.load_ledger
where source = 'offers' and merchant_id <> 'history' and loaded_at = %(as_of)s::timestamptz;
