select release_id, to_char(as_of, 'YYYY-MM-DD HH24:MI') as as_of, status, to_char(flipped_at, 'YYYY-MM-DD HH24:MI:SS') as flipped_at
from publish.release
order by built_at desc
limit 6
