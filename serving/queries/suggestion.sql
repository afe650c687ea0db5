-- What is suggested for a beginning, or no row.
select
    prefix,
    items
from publish.suggestion
where version = %(suggestion)s and prefix = %(prefix)s
