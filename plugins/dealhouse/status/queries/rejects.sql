select kind, reason, disposition, to_char(count(*), 'FM999,999,999') as rows, to_char(max(loaded_at), 'YYYY-MM-DD HH24:MI') as last_seen
from raw.rejects
group by kind, reason, disposition
order by count(*) desc
limit 12
