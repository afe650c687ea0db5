-- By prefix one key, by name all of that name.
update ops.service_keys set revoked_at = clock_timestamp()
where (prefix = %(which)s or name = %(which)s) and revoked_at is null
