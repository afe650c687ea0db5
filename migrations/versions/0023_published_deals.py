"""ops: which deals the storefront ever showed, from when to when; versions of publish are pruned

Revision ID: 0023
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PUBLISHED = """
-- by the as_of of the releases that showed a deal
create table ops.published_deals (
    deal_id uuid primary key,
    first_as_of timestamptz not null,
    last_as_of timestamptz not null check (last_as_of >= first_as_of)
);
grant select, insert, update on ops.published_deals to publisher;
grant select on ops.published_deals to transformer, auditor, bi_reader;
"""


def upgrade() -> None:
    op.execute(PUBLISHED)
