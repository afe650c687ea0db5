"""predictions: one table per output of ml, always with run_id, model_version and as_of

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RUNS = """
create table predictions.run (
    run_id uuid primary key,
    capability text not null,
    scope text not null default 'all',
    as_of timestamptz not null,
    model_version text not null,
    status text not null check (status in ('running', 'complete', 'failed')),
    rows_written bigint not null default 0,
    metrics jsonb not null default '{}',
    known_at timestamptz not null
);
create index on predictions.run (capability, scope, as_of);

create table predictions.live_model (
    capability text not null,
    scope text not null default 'all',
    model_version text not null,
    artifact_uri text,
    metric text not null,
    value double precision not null,
    naive_value double precision,
    run_id uuid not null,
    as_of timestamptz not null,
    trained_on text not null default '',
    primary key (capability, scope)
);
"""

PRODUCTS = """
create table predictions.product (
    product_id uuid primary key,
    item_group_id uuid not null,
    redirect_to uuid references predictions.product,
    title text not null,
    brand text,
    category text not null default 'other',
    gtin text,
    image_url text,
    as_of timestamptz not null,
    model_version text not null,
    run_id uuid not null
);

create table predictions.offer_product (
    offer_id uuid not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    product_id uuid not null references predictions.product,
    band text not null check (band in ('auto', 'review', 'apart')),
    probability double precision not null,
    features_hash text not null default '',
    known_from timestamptz not null,
    model_version text not null,
    run_id uuid not null,
    primary key (offer_id, valid_from)
);
create unique index on predictions.offer_product (offer_id) where valid_to is null;
create index on predictions.offer_product (product_id);

create table predictions.product_changes (
    product_id uuid not null,
    change text not null check (change in ('minted', 'merged', 'split')),
    other_product_id uuid,
    as_of timestamptz not null,
    run_id uuid not null
);
"""

DEALS = """
create table predictions.deal_scores (
    deal_id uuid not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    score double precision not null,
    confidence double precision not null,
    merchant_reputation double precision not null,
    popularity double precision not null,
    price_competitiveness double precision not null,
    content_quality double precision not null,
    historical_performance double precision not null,
    verdict text not null,
    evidence jsonb not null,
    reject_reasons text[] not null default '{}',
    suspicious_pricing boolean not null,
    known_at timestamptz not null,
    primary key (deal_id, run_id)
);
create index on predictions.deal_scores (run_id);
"""

SHOPPERS = """
create table predictions.recommendations (
    customer_key text not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    items jsonb not null,
    known_at timestamptz not null,
    primary key (customer_key, run_id)
);
create index on predictions.recommendations (run_id);

create table predictions.trending (
    country text not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    items jsonb not null,
    known_at timestamptz not null,
    primary key (country, run_id)
);

create table predictions.similar_products (
    product_id uuid not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    items jsonb not null,
    known_at timestamptz not null,
    primary key (product_id, run_id)
);
"""

PLANNING = """
create table predictions.demand_forecasts (
    level text not null check (level in ('sku', 'category', 'total')),
    series_id text not null,
    day date not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    model text not null,
    q05 double precision not null,
    q50 double precision not null,
    q95 double precision not null,
    known_at timestamptz not null,
    primary key (run_id, level, series_id, day)
);

create table predictions.prices (
    sku text not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    price numeric(14, 4) not null check (price > 0 and price < 1e9),
    currency char(3) not null,
    previous_price numeric(14, 4),
    rail text,
    reason text not null,
    reason_parts jsonb not null,
    known_at timestamptz not null,
    primary key (sku, run_id)
);
"""

GRANTS = """
grant select, insert, update, delete, truncate on all tables in schema predictions to modeller;
grant select on all tables in schema predictions to transformer;
"""


def upgrade() -> None:
    for block in (RUNS, PRODUCTS, DEALS, SHOPPERS, PLANNING, GRANTS):
        op.execute(block)
