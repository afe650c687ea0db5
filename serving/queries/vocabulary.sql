-- One row per word, brand and category of the search documents, with the number of deals that hold it.
select
    kind,
    term,
    value,
    deals
from publish.search_term
where version = %(search_term)s
