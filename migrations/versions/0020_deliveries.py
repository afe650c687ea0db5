"""raw: parcels as couriers tell of them, and how an article is taxed

Revision ID: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

DELIVERIES = """
create table raw.shop_deliveries (
    batch_id text not null,
    row_no bigint not null,
    shop_id text not null,
    loaded_at timestamptz not null,
    delivery_id text not null,
    order_id text not null,
    line_no integer,
    carrier text,
    country char(2),
    status text not null,
    promised_from date,
    promised_to date,
    shipped_at timestamptz,
    delivered_at timestamptz,
    updated_at timestamptz not null
);
create index on raw.shop_deliveries (shop_id, delivery_id, updated_at desc, loaded_at desc);
create index on raw.shop_deliveries (loaded_at);
"""


def upgrade() -> None:
    op.execute(DELIVERIES)
    op.execute("alter table raw.shop_products add column tax_class text")
