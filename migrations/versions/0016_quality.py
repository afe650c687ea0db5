"""what was decided about refused rows, which columns a source brings, what a quality check expected

Revision ID: 0016
"""

from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

QUARANTINE = """
-- One person's word on one refused row, loaded from a batch of its own: landing gives it back. A dropped row may yet be released.
create table raw.reject_decisions (
    batch_id text not null,
    row_no bigint not null,
    disposition text not null check (disposition in ('released', 'fixed', 'dropped')),
    decided_by text not null check (btrim(decided_by) <> ''),
    reason text not null check (btrim(reason) <> ''),
    fields text[] not null,
    decided_at timestamptz not null,
    decision_batch_id text not null,
    loaded_at timestamptz not null,
    primary key (batch_id, row_no, decision_batch_id)
);
create unique index a_row_is_loaded_once on raw.reject_decisions (batch_id, row_no) where disposition <> 'dropped';
create index on raw.reject_decisions (decision_batch_id);
create index on raw.reject_decisions (loaded_at);
create index on raw.rejects (loaded_at desc) where disposition = 'held';
"""

COLUMNS = """
-- is_steady: every row had it so far; is_read: the warehouse knows it; is_added: it came after the source's first batch
create table raw.source_columns (
    source text not null,
    merchant_id text not null,
    kind text not null,
    column_name text not null,
    types text[] not null,
    batches integer not null,
    rows_seen bigint not null,
    is_steady boolean not null,
    is_read boolean not null,
    is_added boolean not null,
    batch_id text not null,
    first_loaded_at timestamptz not null,
    loaded_at timestamptz not null,
    primary key (source, merchant_id, kind, column_name)
);
create index on raw.source_columns (loaded_at);
"""

RESULTS = """
alter table ops.quality_results add column expected jsonb not null default '{}';
create index on ops.quality_results (border, suite, as_of desc);
"""


def upgrade() -> None:
    for block in (QUARANTINE, COLUMNS, RESULTS):
        op.execute(block)
