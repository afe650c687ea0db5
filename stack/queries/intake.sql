select
    coalesce(sum(rows_received), 0),
    coalesce(sum(rows_loaded), 0),
    coalesce(sum(rows_rejected), 0)
from raw.load_ledger
where (%(as_of)s::timestamptz is null or loaded_at = %(as_of)s::timestamptz);
