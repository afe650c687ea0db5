"""predictions: the parts of a deal's score, its chance of a click, and merchants' reputations with theirs

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DEALS = """
alter table predictions.deal_scores
    add column parts jsonb not null default '{}',
    add column click_probability double precision;
"""

MERCHANTS = """
create table predictions.merchant_reputation (
    merchant_id text not null,
    as_of timestamptz not null,
    run_id uuid not null,
    model_version text not null,
    reputation double precision not null,
    parts jsonb not null,
    known_at timestamptz not null,
    primary key (merchant_id, run_id)
);
create index on predictions.merchant_reputation (run_id);
grant select, insert, update, delete, truncate on predictions.merchant_reputation to modeller;
grant select on predictions.merchant_reputation to transformer;
"""


def upgrade() -> None:
    op.execute(DEALS)
    op.execute(MERCHANTS)
