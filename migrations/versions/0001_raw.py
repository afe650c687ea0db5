"""raw: records as received, typed and append-only, with their ledger, rejects and crawl coverage

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTITIONS = """
-- A partitioned raw table has a day partition per live load day; its default partition holds imported history.
create function raw.ensure_day_partition(parent text, day date) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    name text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
begin
    if to_regclass(format('raw.%I', name)) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('raw.' || parent));
    if to_regclass(format('raw.%I', name)) is not null then
        return;
    end if;
    execute format('create table raw.%I partition of raw.%I for values from (%L) to (%L)',
                   name, parent, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
exception
    -- history imported for this very day already lies in the default partition: it stays there;
    -- another session may have made it while we waited (an advisory lock does not refresh the catalogue's cache)
    when check_violation or duplicate_table then null;
end
$$;
revoke execute on function raw.ensure_day_partition(text, date) from public;
grant execute on function raw.ensure_day_partition(text, date) to loader;
"""

LEDGER = """
create table raw.load_ledger (
    batch_id text primary key,
    source text not null,
    merchant_id text not null,
    kind text not null,
    revision integer not null default 1,
    rows_received bigint not null,
    rows_loaded bigint not null,
    rows_rejected bigint not null,
    rows_erased bigint not null default 0,
    observed_at timestamptz not null,
    loaded_at timestamptz not null,
    uri text not null,
    constraint nothing_lost check (rows_received = rows_loaded + rows_rejected + rows_erased)
);
create index on raw.load_ledger (loaded_at);

create table raw.rejects (
    batch_id text not null,
    part text not null,
    row_no bigint not null,
    merchant_id text not null,
    kind text not null,
    stage text not null,
    reason text not null,
    detail text not null default '',
    payload text not null,
    disposition text not null default 'held' check (disposition in ('held', 'fixed', 'released', 'dropped')),
    observed_at timestamptz not null,
    loaded_at timestamptz not null,
    primary key (batch_id, part, row_no)
);
"""

CRAWLS = """
create table raw.merchant_registry (
    merchant_id text primary key check (merchant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text not null,
    platform text not null check (platform in ('shopify', 'google_merchant', 'jsonld')),
    base_url text not null,
    country char(2) not null,
    currency char(3),
    language text,
    enabled boolean not null default true,
    is_local boolean not null default false,
    spacing_seconds double precision not null default 1.0 check (spacing_seconds >= 0),
    options jsonb not null default '{}',
    updated_at timestamptz not null
);

create table raw.crawl_coverage (
    merchant_id text not null,
    crawl_id text not null,
    status text not null check (status in ('complete', 'partial', 'failed')),
    documents integer not null,
    offers integer not null,
    error text,
    observed_at timestamptz not null,
    loaded_at timestamptz not null,
    batch_id text not null,
    primary key (merchant_id, crawl_id)
);
create index on raw.crawl_coverage (loaded_at);

create table raw.crawl_documents (
    crawl_id text not null,
    url text not null,
    merchant_id text not null,
    status text not null check (status in ('fetched', 'unchanged', 'failed')),
    etag text,
    last_modified text,
    content_sha256 text,
    observed_at timestamptz not null,
    loaded_at timestamptz not null,
    batch_id text not null,
    primary key (crawl_id, url)
);
create index on raw.crawl_documents (merchant_id, url, observed_at desc);
"""

OFFERS = """
create table raw.offer_observations (
    batch_id text not null,
    row_no bigint not null,
    offer_id uuid not null,
    crawl_id text not null,
    document_url text,
    merchant_id text not null,
    source_kind text not null,
    country char(2) not null,
    native_product_id text not null,
    native_variant_id text not null default '',
    item_group_id text,
    url text not null,
    title text not null,
    variant_title text,
    description text,
    image_url text,
    brand text,
    gtin text,
    mpn text,
    sku text,
    category_path text,
    condition text,
    price numeric(14, 4) check (price > 0 and price < 1e9),
    currency char(3) check (currency ~ '^[A-Z]{3}$'),
    reference_price numeric(14, 4) check (reference_price > 0 and reference_price < 1e9),
    reference_kind text,
    sale_start timestamptz,
    sale_end timestamptz,
    availability text not null check (availability in ('in_stock', 'out_of_stock', 'preorder', 'backorder', 'unknown')),
    presence text not null default 'listed' check (presence in ('listed', 'gone')),
    shipping_cost numeric(14, 4),
    coupon_code text,
    affiliate_url text,
    terms text,
    language text,
    rating numeric(4, 2),
    review_count integer,
    source_updated_at timestamptz,
    extractor text not null,
    confidence numeric(4, 3) not null,
    row_hash text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
) partition by range (loaded_at);
create table raw.offer_observations_default partition of raw.offer_observations default;
create index on raw.offer_observations (offer_id, observed_at);
create index on raw.offer_observations (loaded_at);
"""

GRANTS = """
grant select, insert, update, delete on all tables in schema raw to loader;
grant truncate on all tables in schema raw to loader;
grant select on all tables in schema raw to transformer, auditor;
alter default privileges for role dealhouse_owner in schema raw grant select, insert, update, delete, truncate on tables to loader;
alter default privileges for role dealhouse_owner in schema raw grant select on tables to transformer, auditor;
"""


def upgrade() -> None:
    for block in (PARTITIONS, LEDGER, CRAWLS, OFFERS, GRANTS):
        op.execute(block)
