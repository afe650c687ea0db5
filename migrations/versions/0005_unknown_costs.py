"""raw.shop_products: a shop need not know what its articles cost

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table raw.shop_products alter column cost drop not null")
