"""raw: a merchant that a person paused stays paused, whatever the next import of the registry says

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table raw.merchant_registry add column paused_at timestamptz, add column pause_reason text")
    # the drift watch and the health of merchants read a merchant's last crawls
    op.execute("create index on raw.crawl_coverage (merchant_id, observed_at desc)")
