"""ops: who was erased, as no more than a hash; what analysts may read of ops; what retention may drop

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

RETENTION = """
-- partitions belong to who migrates; what loads may drop those of old days
create function raw.drop_day_partitions(parent text, before date) returns text[]
language plpgsql security definer set search_path = pg_catalog as $$
declare
    name text;
    dropped text[] := '{}';
begin
    for name in
        select c.relname
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass(format('raw.%I', parent))
            and c.relname ~ '_[0-9]{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < before
        order by 1
    loop
        execute format('drop table raw.%I', name);
        dropped := dropped || name;
    end loop;
    return dropped;
end
$$;
revoke execute on function raw.drop_day_partitions(text, date) from public;
grant execute on function raw.drop_day_partitions(text, date) to loader;
grant delete on ops.run_ledger, ops.alerts to loader;
"""


def upgrade() -> None:
    for block in (ERASURES, ANALYSTS, RETENTION):
        op.execute(block)
