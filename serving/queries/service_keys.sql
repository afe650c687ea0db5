-- Every key that was ever made, without its hash.
select
    prefix,
    name,
    array_to_string(scopes, ' ') as scopes,
    requests_per_minute,
    created_at,
    expires_at,
    revoked_at
from ops.service_keys
order by name, created_at, prefix
