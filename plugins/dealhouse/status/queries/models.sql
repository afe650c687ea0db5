select distinct on (detail ->> 'capability')
    detail ->> 'capability' as capability,
    detail ->> 'model_version' as serving,
    detail -> 'metric' ->> 'name' as held_out_metric,
    round((detail -> 'metric' ->> 'value')::numeric, 4) as value,
    round((detail -> 'metric' ->> 'naive')::numeric, 4) as naive,
    to_char(as_of, 'YYYY-MM-DD HH24:MI') as as_of,
    rows_written
from ops.run_ledger
where status = 'done' and detail ? 'metric'
order by detail ->> 'capability', as_of desc, finished_at desc
