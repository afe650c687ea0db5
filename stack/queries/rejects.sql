select kind, reason, count(*)
from raw.rejects
where (%(as_of)s::timestamptz is null or loaded_at = %(as_of)s::timestamptz)
group by kind, reason
order by count(*) desc, kind, reason
limit 5;
