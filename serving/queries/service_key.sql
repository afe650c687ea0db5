-- One row: a key that is neither revoked nor past its time.
select
    prefix,
    name,
    hash,
    scopes,
    requests_per_minute
from ops.service_keys
where prefix = %(prefix)s and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
