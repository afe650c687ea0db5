"""ops: who was erased, as no more than a hash; what analysts may read of ops

Revision ID: 0017
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ERASURES = """
-- found: rows changed or removed, by table; searched: where was looked for what might be left, and that nothing was.
-- The same list lies in the store under erasures/, for a restored database forgets what came after its backup.
create table ops.erasures (
    erased_hash text primary key check (erased_hash ~ '^[0-9a-f]{32}$'),
    requested_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    runs integer not null default 0,
    found jsonb not null default '{}',
    searched jsonb not null default '{}'
);
grant select, insert, update on ops.erasures to loader;
grant select on ops.erasures to transformer, auditor, bi_reader;
"""

ANALYSTS = """
-- who of the staff answered and decided is nothing that figures need
revoke select on ops.match_reviews, ops.editor_decisions, ops.newest_editor_decisions, ops.opted_out_merchants from bi_reader;
"""


def upgrade() -> None:
    op.execute(ERASURES)
    op.execute(ANALYSTS)
