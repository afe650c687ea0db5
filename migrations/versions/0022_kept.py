"""inbox: what shoppers keep; contact: their addresses, for the notifier alone; notify: what it sends; raw: what they wish for

Revision ID: 0022
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEPT = """
create table inbox.saved_deal (
    customer_key text not null,
    deal_id uuid not null,
    product_id uuid,
    saved_at timestamptz not null default clock_timestamp(),
    removed_at timestamptz,
    primary key (customer_key, deal_id)
);

create table inbox.saved_search (
    search_id uuid primary key default gen_random_uuid(),
    customer_key text not null,
    name text not null,
    query jsonb not null check (jsonb_typeof(query) = 'object'),
    created_at timestamptz not null default clock_timestamp(),
    removed_at timestamptz
);
create unique index on inbox.saved_search (customer_key, md5(query::text)) where removed_at is null;

-- baseline_price is what the best offer cost when the alert was made; release_as_of the release that was live then:
-- an alert fires with a later one, once
create table inbox.alert (
    alert_id uuid primary key default gen_random_uuid(),
    customer_key text not null,
    kind text not null check (kind in ('price_below', 'drop_pct', 'rise', 'back_in_stock')),
    product_id uuid not null,
    offer_id uuid,
    threshold numeric(14, 4) check (threshold > 0),
    currency text check (currency ~ '^[A-Z]{3}$'),
    baseline_price numeric(14, 4),
    release_as_of timestamptz not null,
    status text not null default 'active' check (status in ('active', 'fired', 'removed')),
    created_at timestamptz not null default clock_timestamp(),
    fired_at timestamptz,
    removed_at timestamptz,
    constraint only_prices_have_thresholds check ((kind = 'back_in_stock') = (threshold is null)),
    constraint a_price_has_its_currency check ((kind = 'back_in_stock') = (currency is null)),
    constraint a_change_is_one_from_a_price check (kind not in ('drop_pct', 'rise') or baseline_price is not null)
);
create unique index on inbox.alert (customer_key, kind, product_id, offer_id, currency, threshold)
    nulls not distinct where status = 'active';
create index on inbox.alert (status, product_id);
create index on inbox.alert (customer_key);

create table inbox.preference (
    customer_key text primary key,
    country text check (country ~ '^[A-Z]{2}$'),
    currency text check (currency ~ '^[A-Z]{3}$'),
    language text,
    categories text[] not null default '{}',
    brands text[] not null default '{}',
    is_personalised boolean not null default true,
    channels text[] not null default '{inbox}' check (channels <@ '{email,webhook,inbox}'),
    timezone text,
    quiet_from time,
    quiet_until time,
    digest text not null default 'off' check (digest in ('off', 'daily', 'weekly')),
    unsubscribed_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    constraint quiet_hours_begin_and_end check ((quiet_from is null) = (quiet_until is null))
);

-- append-only: the newest of a purpose counts
create table inbox.consent (
    consent_id bigint generated always as identity primary key,
    customer_key text not null,
    purpose text not null check (purpose in ('alerts', 'marketing', 'personalisation')),
    granted boolean not null,
    text_version text not null,
    given_at timestamptz not null default clock_timestamp()
);
create index on inbox.consent (customer_key, purpose, consent_id desc);

create table inbox.not_interested (
    entry_id uuid primary key default gen_random_uuid(),
    customer_key text not null,
    kind text not null check (kind in ('product', 'category', 'brand')),
    value text not null,
    created_at timestamptz not null default clock_timestamp(),
    removed_at timestamptz
);
create unique index on inbox.not_interested (customer_key, kind, value) where removed_at is null;

-- what the notifier left for them to read on the page
create table inbox.notification (
    notification_id bigint generated always as identity primary key,
    outbox_id uuid not null unique,
    customer_key text not null,
    kind text not null,
    title text not null,
    body jsonb not null,
    release_id text not null,
    created_at timestamptz not null default clock_timestamp(),
    read_at timestamptz
);
create index on inbox.notification (customer_key, notification_id desc);

-- a shopper's report counts once for a deal
create index on inbox.events (customer_key, (body ->> 'deal_id')) where body ->> 'kind' = 'deal_report';
"""

# who may do what in each table; a shopper's rows are theirs alone
OWN = {
    "saved_deal": "select, insert, update (saved_at, removed_at, product_id)",
    "saved_search": "select, insert, update (name, removed_at)",
    "alert": "select, insert, update (status, removed_at)",
    "preference": "select, insert, update",
    "consent": "select, insert",
    "not_interested": "select, insert, update (removed_at)",
    "notification": "select, update (read_at)",
}
HOLDS = """
alter table inbox.{table} enable row level security;
create policy loader_erases on inbox.{table} to loader using (true);
create policy notifier_looks on inbox.{table} to notifier using (true) with check (true);
create policy shopper_owns on inbox.{table} to serving
    using (customer_key = nullif(current_setting('dealhouse.customer_key', true), ''))
    with check (customer_key = nullif(current_setting('dealhouse.customer_key', true), ''));
grant {granted} on inbox.{table} to serving;
grant select, delete on inbox.{table} to loader;
grant select on inbox.{table} to notifier;
"""

WISHES = """
grant update (status, fired_at) on inbox.alert to notifier;
grant insert on inbox.notification to notifier;

-- every change of a wish, for the warehouse: landed like events, and written by nobody but these triggers
create table inbox.wish_changes (
    change_id uuid primary key default gen_random_uuid(),
    customer_key text not null,
    changed_at timestamptz not null default clock_timestamp(),
    body jsonb not null,
    landed_batch_id text
);
create index on inbox.wish_changes (changed_at) where landed_batch_id is null;
alter table inbox.wish_changes enable row level security;
create policy loader_lands_all on inbox.wish_changes to loader using (true) with check (true);
grant select, update, delete on inbox.wish_changes to loader;

create function inbox.note_wish(customer text, wish jsonb) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into inbox.wish_changes (customer_key, body) values (customer, jsonb_strip_nulls(wish))
$$;
revoke execute on function inbox.note_wish(text, jsonb) from public;

create function inbox.note_saved_deal() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform inbox.note_wish(new.customer_key, jsonb_build_object(
        'kind', 'saved_deal', 'subject_id', new.deal_id, 'deal_id', new.deal_id, 'product_id', new.product_id,
        'is_active', new.removed_at is null
    ));
    return null;
end
$$;
create trigger noted after insert or update of saved_at, removed_at on inbox.saved_deal
    for each row execute function inbox.note_saved_deal();

create function inbox.note_saved_search() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform inbox.note_wish(new.customer_key, jsonb_build_object(
        'kind', 'saved_search', 'subject_id', new.search_id, 'query', new.query ->> 'q', 'filters', (new.query - 'q')::text,
        'is_active', new.removed_at is null
    ));
    return null;
end
$$;
create trigger noted after insert or update of removed_at on inbox.saved_search
    for each row execute function inbox.note_saved_search();

create function inbox.note_alert() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform inbox.note_wish(new.customer_key, jsonb_build_object(
        'kind', 'alert', 'subject_id', new.alert_id, 'product_id', new.product_id, 'offer_id', new.offer_id,
        'condition', new.kind, 'threshold', new.threshold::text, 'currency', new.currency,
        'baseline_price', new.baseline_price::text,
        'status', new.status, 'is_active', new.status = 'active'
    ));
    return null;
end
$$;
create trigger noted after insert or update of status on inbox.alert for each row execute function inbox.note_alert();

create function inbox.note_not_interested() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform inbox.note_wish(new.customer_key, jsonb_build_object(
        'kind', 'not_interested', 'subject_id', new.entry_id, 'condition', new.kind, 'value', new.value,
        'is_active', new.removed_at is null
    ));
    return null;
end
$$;
create trigger noted after insert or update of removed_at on inbox.not_interested
    for each row execute function inbox.note_not_interested();

create table raw.wishes (
    batch_id text not null,
    row_no bigint not null,
    shop_id text not null,
    loaded_at timestamptz not null,
    change_id uuid not null,
    customer_key text not null,
    kind text not null,
    subject_id uuid not null,
    is_active boolean not null,
    deal_id uuid,
    product_id uuid,
    offer_id uuid,
    condition text,
    value text,
    query text,
    filters text,
    threshold numeric(14, 4),
    currency char(3),
    baseline_price numeric(14, 4),
    status text,
    event_at timestamptz not null
);
create index on raw.wishes (loaded_at);
create index on raw.wishes (subject_id);
"""

# The API writes here without reading: it may call these, for the customer whose transaction it is, and touch no table.
CONTACT = """
create table contact.address (
    customer_key text primary key,
    address text not null check (length(address) <= 254),
    given_at timestamptz not null default clock_timestamp(),
    verified_at timestamptz
);
create table contact.webhook (
    customer_key text primary key,
    url text not null check (length(url) <= 2000),
    secret text not null,
    given_at timestamptz not null default clock_timestamp()
);
grant select, delete on contact.address, contact.webhook to notifier;

create function contact.customer() returns text language plpgsql stable set search_path = pg_catalog as $$
declare
    speaking text := nullif(current_setting('dealhouse.customer_key', true), '');
begin
    if speaking is null then
        raise exception 'nobody speaks in this transaction' using errcode = 'insufficient_privilege';
    end if;
    return speaking;
end
$$;

create function contact.hash_of(given text) returns text language sql immutable set search_path = pg_catalog as $$
    select encode(sha256(convert_to(lower(given), 'UTF8')), 'hex')
$$;

create function contact.keep_address(given text) returns void language sql security definer set search_path = pg_catalog as $$
    insert into contact.address as kept (customer_key, address) values (contact.customer(), given)
    on conflict (customer_key) do update set
        address = excluded.address,
        given_at = excluded.given_at,
        verified_at = case when lower(kept.address) = lower(excluded.address) then kept.verified_at end
$$;
create function contact.forget_address() returns void language sql security definer set search_path = pg_catalog as $$
    delete from contact.address where customer_key = contact.customer()
$$;
create function contact.confirm_address(hash text) returns boolean language sql security definer set search_path = pg_catalog as $$
    with confirmed as (
        update contact.address set verified_at = coalesce(verified_at, clock_timestamp())
        where customer_key = contact.customer() and contact.hash_of(address) = hash
        returning 1
    )
    select exists (select from confirmed)
$$;
create function contact.keep_webhook(given text, signed_with text) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into contact.webhook (customer_key, url, secret) values (contact.customer(), given, signed_with)
    on conflict (customer_key) do update set url = excluded.url, secret = excluded.secret, given_at = excluded.given_at
$$;
create function contact.forget_webhook() returns void language sql security definer set search_path = pg_catalog as $$
    delete from contact.webhook where customer_key = contact.customer()
$$;
-- whether there is something, never what
create function contact.standing(out has_email boolean, out is_verified boolean, out has_webhook boolean)
language sql stable security definer set search_path = pg_catalog as $$
    select
        exists (select from contact.address where customer_key = contact.customer()),
        exists (select from contact.address where customer_key = contact.customer() and verified_at is not null),
        exists (select from contact.webhook where customer_key = contact.customer())
$$;
revoke execute on all functions in schema contact from public;
grant execute on all functions in schema contact to serving;
grant execute on function contact.hash_of(text) to notifier;
"""

NOTIFY = """
-- One row for what is told about one thing, on one occasion, through one channel; the occasion of an alert is its release.
create table notify.outbox (
    outbox_id uuid primary key,
    customer_key text not null,
    channel text not null check (channel in ('email', 'webhook', 'inbox')),
    kind text not null check (kind in (
        'price_below', 'drop_pct', 'rise', 'back_in_stock', 'saved_search', 'interest', 'cart', 'confirm'
    )),
    subject_id text not null,
    occasion text not null,
    release_id text not null,
    as_of timestamptz not null,
    title text not null,
    body jsonb not null,
    state text not null check (state in ('queued', 'held', 'sending', 'sent', 'failed', 'suppressed')),
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text,
    message_id text,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    unique (channel, kind, subject_id, occasion)
);
create index on notify.outbox (not_before) where state in ('queued', 'held', 'sending');
create index on notify.outbox (created_at);

-- since which release a search, or somebody's interests, are watched: what was there before is no news
create table notify.watched (
    customer_key text not null,
    kind text not null,
    subject_id text not null,
    since timestamptz not null,
    primary key (kind, subject_id)
);
create table notify.told (
    customer_key text not null,
    kind text not null,
    subject_id text not null,
    deal_id uuid not null,
    told_at timestamptz not null,
    primary key (kind, subject_id, deal_id)
);
create index on notify.told (told_at);
grant select, insert, update, delete on notify.outbox, notify.watched, notify.told to notifier;

-- of what visitors did and ordered, no more than reminders of a cart need
grant select (customer_key, kind, sku, product_id, event_id, event_at, loaded_at) on raw.shop_events to notifier;
grant select (customer_key, event_at, loaded_at) on raw.shop_orders to notifier;
grant select on publish.release, publish.current, publish.live_offer to notifier;

-- an erasure looks through every table of ops
grant select on ops.service_keys to transformer;
"""


def upgrade() -> None:
    op.execute(KEPT)
    for table, granted in OWN.items():
        op.execute(HOLDS.format(table=table, granted=granted))
    for block in (WISHES, CONTACT, NOTIFY):
        op.execute(block)
