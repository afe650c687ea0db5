-- How the customer wants to be told, from now on.
insert into inbox.preference as kept (
    customer_key, country, currency, language, categories, brands, is_personalised, channels, timezone, quiet_from, quiet_until,
    digest, unsubscribed_at
)
values (
    %(customer_key)s, %(country)s, %(currency)s, %(language)s, %(categories)s::text[], %(brands)s::text[],
    %(is_personalised)s, %(channels)s::text[], %(timezone)s, %(quiet_from)s::time, %(quiet_until)s::time, %(digest)s,
    case when %(is_unsubscribed)s::boolean then clock_timestamp() end
)
on conflict (customer_key) do update
    set
        country = excluded.country,
        currency = excluded.currency,
        language = excluded.language,
        categories = excluded.categories,
        brands = excluded.brands,
        is_personalised = excluded.is_personalised,
        channels = excluded.channels,
        timezone = excluded.timezone,
        quiet_from = excluded.quiet_from,
        quiet_until = excluded.quiet_until,
        digest = excluded.digest,
        unsubscribed_at = case
            when excluded.unsubscribed_at is not null then coalesce(kept.unsubscribed_at, excluded.unsubscribed_at)
        end,
        updated_at = clock_timestamp()
