-- The key as it is given: what it may do is told anew, and that it was revoked is forgotten.
insert into ops.service_keys (prefix, name, hash, scopes, requests_per_minute)
values (%(prefix)s, %(name)s, %(hash)s, %(scopes)s, %(per_minute)s)
on conflict (prefix) do update set
    name = excluded.name,
    hash = excluded.hash,
    scopes = excluded.scopes,
    requests_per_minute = excluded.requests_per_minute,
    expires_at = null,
    revoked_at = null
