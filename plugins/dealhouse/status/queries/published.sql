select dataset, version, to_char(rows, 'FM999,999,999') as rows, to_char(as_of, 'YYYY-MM-DD HH24:MI') as as_of
from publish.current
order by dataset
