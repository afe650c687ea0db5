select
    source || ' / ' || kind as source,
    column_name,
    array_to_string(types, ' or ') as type,
    case when is_read then 'read' else 'not read' end as warehouse,
    to_char(first_loaded_at, 'YYYY-MM-DD HH24:MI') as first_seen
from raw.source_columns
where is_added
order by first_loaded_at desc, source, kind, column_name
limit 12
