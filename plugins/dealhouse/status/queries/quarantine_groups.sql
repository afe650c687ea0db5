-- what was refused, by kind and reason, with how many rows are of which disposition; what is still held first
select
    kind,
    reason,
    count(*) filter (where disposition = 'held') as held,
    count(*) filter (where disposition in ('released', 'fixed')) as loaded,
    count(*) filter (where disposition = 'dropped') as dropped,
    count(distinct merchant_id) as merchants,
    to_char(max(loaded_at), 'YYYY-MM-DD HH24:MI') as last_seen
from raw.rejects
where cast(:merchant_id as text) = '' or merchant_id = :merchant_id
group by kind, reason
order by held desc, loaded desc, kind, reason
limit :most
