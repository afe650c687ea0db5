"""raw: an event may tell what brought the visit here, and how much a search found

Revision ID: 0018
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table raw.shop_events add column channel text, add column results integer")
