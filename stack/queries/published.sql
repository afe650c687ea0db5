select dataset, version, rows, release_id
from publish.current
order by dataset;
