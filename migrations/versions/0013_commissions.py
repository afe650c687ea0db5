"""raw: what affiliate networks report as commission

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TRANSACTIONS = """
-- append-only, like all that is received: a network tells a sale again when its status changes, and the newest updated_at counts
create table raw.affiliate_transactions (
    batch_id text not null,
    row_no bigint not null,
    shop_id text not null,
    loaded_at timestamptz not null,
    network text not null,
    transaction_id text not null,
    programme_id text not null,
    programme_name text,
    sub_id text,
    sale_amount numeric(14, 4) not null,
    commission numeric(14, 4) not null,
    currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
    status text not null check (status in ('pending', 'approved', 'declined')),
    clicked_at timestamptz,
    transacted_at timestamptz not null,
    updated_at timestamptz not null
);
create index on raw.affiliate_transactions (network, transaction_id);
create index on raw.affiliate_transactions (loaded_at);
"""


def upgrade() -> None:
    op.execute(TRANSACTIONS)
