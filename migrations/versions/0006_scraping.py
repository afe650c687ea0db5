"""raw: more formats, how an offer was read, what a crawl cost

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # which platforms there are is the registry's to say (scraping.registry.Platform): a new format needs no migration
    op.execute("alter table raw.merchant_registry drop constraint merchant_registry_platform_check")
    op.execute("alter table raw.offer_observations add column tax_included boolean, add column flags text")
    op.execute("alter table raw.crawl_coverage add column measured jsonb")
