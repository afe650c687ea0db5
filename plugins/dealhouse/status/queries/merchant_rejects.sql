select reason, to_char(count(*), 'FM999,999,999') as rows, to_char(max(loaded_at), 'YYYY-MM-DD HH24:MI') as last_seen, left(max(payload), 100) as example
from raw.rejects
where merchant_id = :merchant_id and loaded_at > (select max(loaded_at) - interval '7 days' from raw.rejects where merchant_id = :merchant_id)
group by reason
order by count(*) desc
limit 20
