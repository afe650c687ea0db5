select
    dag_id, task_id, to_char(as_of, 'YYYY-MM-DD HH24:MI') as as_of, status, rows_written,
    round(extract(epoch from finished_at - started_at)::numeric, 1) as seconds, to_char(finished_at, 'HH24:MI:SS') as finished
from ops.run_ledger
order by finished_at desc
limit 25
