"""raw: what our own shop says of an offer is found by the offer, as what merchants say is

Revision ID: 0024
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index shop_products_offer_id on raw.shop_products (offer_id)")
