"""raw: what a crawl remembers of each document, pages that were not due, leases on request slots, hosts that asked for rest

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table raw.crawl_documents drop constraint crawl_documents_status_check")
    op.execute(
        "alter table raw.crawl_documents add column state jsonb, add constraint crawl_documents_status_check "
        "check (status in ('fetched', 'unchanged', 'skipped', 'failed'))"
    )
    op.execute("create table raw.crawl_leases (holder text primary key, slots integer not null, expires_at timestamptz not null)")
    op.execute("create table raw.crawl_rests (host text primary key, rests_until timestamptz not null)")
