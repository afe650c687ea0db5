select dag_id
from ops.run_ledger
where as_of = %(as_of)s::timestamptz
group by dag_id
having sum(rows_written) = 0 and bool_or(status = 'done' and detail ->> 'idle' is null);
