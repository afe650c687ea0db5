select distinct on (detail ->> 'capability')
    detail ->> 'capability',
    detail ->> 'model_version',
    detail -> 'metric'
from ops.run_ledger
where status = 'done' and detail ? 'metric'
order by detail ->> 'capability', as_of desc, finished_at desc;
