select to_char(raised_at, 'YYYY-MM-DD HH24:MI') as raised_at, severity, left(message, 200) as message
from ops.alerts
where detail ->> 'merchant_id' = :merchant_id
order by raised_at desc
limit 20
