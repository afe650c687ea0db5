select distinct on (capability, scope) capability, scope, model_version, metrics
from predictions.run
where status = 'complete'
order by capability, scope, as_of desc, known_at desc;
