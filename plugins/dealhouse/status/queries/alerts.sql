select to_char(raised_at, 'YYYY-MM-DD HH24:MI') as raised_at, severity, room, left(message, 160) as message
from ops.alerts
order by raised_at desc
limit 10
