insert into ops.service_keys (prefix, name, hash, scopes, requests_per_minute, expires_at)
values (%(prefix)s, %(name)s, %(hash)s, %(scopes)s, %(per_minute)s, clock_timestamp() + make_interval(days => %(days)s::integer))
