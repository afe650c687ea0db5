select
    source, kind, to_char(max(loaded_at), 'YYYY-MM-DD HH24:MI') as last_loaded, to_char(sum(rows_received), 'FM999,999,999') as received,
    to_char(sum(rows_loaded), 'FM999,999,999') as loaded, to_char(sum(rows_rejected), 'FM999,999,999') as rejected
from raw.load_ledger
group by source, kind
order by source, kind
