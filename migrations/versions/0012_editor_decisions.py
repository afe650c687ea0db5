"""ops: what editors decided about deals, products and merchants

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DECISIONS = """
-- Append-only: the newest decision of a subject about an action counts, and a lift is a decision, too.
-- decided_at is the wall's time; known_from the platform's: the newest instant that anything was released or run for.
create table ops.editor_decisions (
    decision_id uuid primary key default gen_random_uuid(),
    subject_kind text not null check (subject_kind in ('deal', 'product', 'merchant')),
    subject_id text not null check (subject_id <> ''),
    offer_id uuid,
    action text not null check (action in ('pin', 'hide', 'correct', 'take_down', 'opt_out', 'lift')),
    lifts text check (lifts in ('pin', 'hide', 'correct', 'take_down', 'opt_out')),
    corrections jsonb not null default '{}' check (jsonb_typeof(corrections) = 'object'),
    reason text not null check (btrim(reason) <> ''),
    editor text not null check (btrim(editor) <> ''),
    decided_at timestamptz not null default clock_timestamp(),
    known_from timestamptz not null default clock_timestamp(),
    valid_until timestamptz,
    constraint a_lift_names_what_it_ends check ((action = 'lift') = (lifts is not null)),
    constraint only_merchants_opt_out check ((subject_kind = 'merchant') = (coalesce(lifts, action) = 'opt_out')),
    constraint an_opt_out_stands_until_lifted check (valid_until is null or action not in ('opt_out', 'lift')),
    constraint a_correction_says_what check ((action = 'correct') = (corrections <> '{}'))
);
create index on ops.editor_decisions (subject_kind, subject_id);

create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only: write another row', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger append_only before update or delete or truncate on ops.editor_decisions
    for each statement execute function ops.refuse_change();

create function ops.date_decision() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    new.decided_at := clock_timestamp();
    new.known_from := coalesce(
        greatest((select max(as_of) from publish.release), (select max(as_of) from ops.run_ledger)), new.decided_at
    );
    return new;
end
$$;
create trigger dated before insert on ops.editor_decisions for each row execute function ops.date_decision();

-- what counts of each subject and action: the newest, a lift among them
create view ops.newest_editor_decisions as
select distinct on (subject_kind, subject_id, coalesce(lifts, action)) *, coalesce(lifts, action) as about
from ops.editor_decisions
order by subject_kind, subject_id, coalesce(lifts, action), decided_at desc, decision_id;

-- whom the crawler leaves alone
create view ops.opted_out_merchants as
select subject_id as merchant_id, reason, editor, decided_at
from ops.newest_editor_decisions
where action = 'opt_out';

grant select, insert on ops.editor_decisions to editor;
grant select on ops.newest_editor_decisions to editor, transformer, bi_reader;
grant select on ops.editor_decisions to transformer, bi_reader, auditor;
grant select on ops.opted_out_merchants to loader, editor, transformer, bi_reader;
"""


def upgrade() -> None:
    op.execute(DECISIONS)
