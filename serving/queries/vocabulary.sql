-- One row per word of the search documents, with the number of documents that hold it.
select
    word,
    ndoc
from ts_stat(format('select tsv from publish.search_doc where version = %%s', %(search_doc)s::bigint))
where length(word) between 3 and 40
