-- What is suggested for the strongest of some beginnings, or no row.
select
    prefix,
    items
from publish.suggestion
where version = %(suggestion)s and prefix = any(%(prefixes)s::text[])
order by strength desc, prefix
limit 1
