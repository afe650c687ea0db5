select distinct on (capability, scope)
    capability, scope, model_version, metrics -> 'metric' ->> 'name' as metric,
    round((metrics -> 'metric' ->> 'value')::numeric, 4) as value, round((metrics -> 'metric' ->> 'naive')::numeric, 4) as naive,
    to_char(as_of, 'YYYY-MM-DD HH24:MI') as as_of, rows_written
from predictions.run
where status = 'complete'
order by capability, scope, as_of desc, known_at desc
