"""raw: what advertising cost, who was exposed to which experiment, and how far each database that is pulled from was read

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SPEND = """
-- append-only: an advertiser restates its days, and what was known last counts
create table raw.shop_marketing_spend (
    batch_id text not null,
    row_no bigint not null,
    shop_id text not null,
    loaded_at timestamptz not null,
    day date not null,
    channel text not null,
    country char(2),
    campaign text,
    amount numeric(14, 4) not null check (amount >= 0),
    currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
    impressions bigint,
    clicks bigint
);
create index on raw.shop_marketing_spend (shop_id, day, channel);
create index on raw.shop_marketing_spend (loaded_at);
"""

EXPOSURES = """
create table raw.shop_exposures (
    batch_id text not null,
    row_no bigint not null,
    shop_id text not null,
    loaded_at timestamptz not null,
    experiment text not null,
    variant text not null,
    anonymous_id text,
    customer_key text,
    event_at timestamptz not null
);
create index on raw.shop_exposures (experiment, event_at);
create index on raw.shop_exposures (loaded_at);
"""

WATERMARKS = """
-- seen: eight bytes of a hash per row that lies in the overlap before the watermark, so that it is not landed twice
create table raw.source_watermarks (
    source text primary key,
    kind text not null,
    watermark timestamptz not null,
    seen bytea not null,
    batch_id text not null,
    as_of timestamptz not null
);
"""


def upgrade() -> None:
    for statement in (SPEND, EXPOSURES, WATERMARKS):
        op.execute(statement)
