-- Whether a version of search documents and one of deals are still kept.
select
    exists (select from publish.search_doc where version = %(search_doc)s)
    and exists (select from publish.deal where version = %(deal)s) as is_kept
