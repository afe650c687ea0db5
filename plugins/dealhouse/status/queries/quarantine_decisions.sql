-- what people decided about refused rows, the newest first
select
    to_char(decided.decided_at, 'YYYY-MM-DD HH24:MI') as at,
    decided.decided_by,
    decided.disposition,
    rejects.kind,
    rejects.reason as fault,
    decided.reason,
    array_to_string(decided.fields, ', ') as fields,
    count(*) as rows
from raw.reject_decisions as decided
left join raw.rejects as rejects on decided.batch_id = rejects.batch_id and decided.row_no = rejects.row_no
group by decided.decided_at, decided.decided_by, decided.disposition, rejects.kind, rejects.reason, decided.reason, decided.fields
order by decided.decided_at desc
limit :most
