-- Whether a version of prices is still kept.
select exists(select from publish.price where version = %(price)s) as is_kept
