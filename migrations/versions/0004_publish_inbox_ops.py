"""publish pointers and live offers, the inbox of shoppers, and each room's ops tables

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PUBLISH = """
create table publish.release (
    release_id text primary key,
    as_of timestamptz not null,
    status text not null check (status in ('building', 'built', 'live', 'superseded', 'refused', 'rolled_back')),
    built_at timestamptz not null,
    flipped_at timestamptz,
    datasets jsonb not null default '{}'
);

create table publish.current (
    dataset text primary key,
    version bigint not null,
    release_id text not null references publish.release,
    as_of timestamptz not null,
    previous_version bigint,
    previous_release_id text,
    contract_hash text not null,
    rows bigint not null
);

create table publish.live_offer (
    offer_id uuid primary key,
    price numeric(14, 4) not null check (price > 0 and price < 1e9),
    currency char(3) not null,
    price_reporting numeric(14, 4),
    availability text not null,
    stock integer,
    observed_at timestamptz not null
);
grant select, insert, update, delete, truncate on publish.release, publish.current, publish.live_offer to publisher;
grant select on publish.release, publish.current, publish.live_offer to serving, auditor, bi_reader, transformer;
"""

INBOX = """
create table inbox.events (
    request_id uuid not null,
    event_id uuid primary key,
    received_at timestamptz not null default now(),
    customer_key text,
    anonymous_id text,
    body jsonb not null,
    landed_batch_id text
);
create index on inbox.events (received_at) where landed_batch_id is null;

alter table inbox.events enable row level security;
create policy loader_lands_all on inbox.events to loader using (true) with check (true);
create policy shopper_writes_own on inbox.events for insert to serving
    with check (customer_key is null or customer_key = current_setting('dealhouse.customer_key', true));
create policy shopper_reads_own on inbox.events for select to serving
    using (customer_key is not distinct from nullif(current_setting('dealhouse.customer_key', true), ''));
grant select, insert on inbox.events to serving;
grant select, update, delete on inbox.events to loader;
"""

OPS = """
create table ops.run_ledger (
    dag_id text not null,
    task_id text not null,
    map_index integer not null default -1,
    as_of timestamptz not null,
    try_number integer not null,
    airflow_run_id text not null,
    status text not null check (status in ('done', 'noop', 'failed')),
    rows_written bigint not null default 0,
    detail jsonb not null default '{}',
    started_at timestamptz not null,
    finished_at timestamptz not null,
    primary key (airflow_run_id, dag_id, task_id, map_index, try_number)
);
create index on ops.run_ledger (as_of);

create table ops.gate_results (
    release_id text not null,
    dataset text not null,
    version bigint not null,
    passed boolean not null,
    failures jsonb not null default '[]',
    checked_at timestamptz not null,
    primary key (release_id, dataset)
);

create table ops.quality_results (
    border text not null,
    suite text not null,
    expectation text not null,
    as_of timestamptz not null,
    passed boolean not null,
    severity text not null,
    observed jsonb not null,
    checked_at timestamptz not null
);
create index on ops.quality_results (as_of);

create table ops.dbt_results (
    invocation_id text not null,
    as_of timestamptz not null,
    layer text not null,
    node text not null,
    resource_type text not null,
    status text not null,
    seconds double precision not null,
    rows_affected bigint,
    message text,
    finished_at timestamptz not null,
    primary key (invocation_id, node)
);
create index on ops.dbt_results (as_of);

create table ops.alerts (
    alert_id bigint generated always as identity primary key,
    raised_at timestamptz not null,
    severity text not null,
    room text not null,
    as_of timestamptz,
    message text not null,
    detail jsonb not null default '{}'
);

grant insert, select on ops.run_ledger, ops.alerts to loader, transformer, modeller, auditor, publisher;
grant insert, select, update, delete on ops.gate_results, ops.quality_results to auditor;
grant select on ops.gate_results to publisher;
grant insert, select, delete on ops.dbt_results to transformer;
grant select on all tables in schema ops to transformer, bi_reader;
"""


def upgrade() -> None:
    for block in (PUBLISH, INBOX, OPS):
        op.execute(block)
