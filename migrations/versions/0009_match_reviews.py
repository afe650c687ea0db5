"""predictions: the pairs that people are asked about; ops: what they answered

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

QUESTIONS = """
-- the open questions as the newest scoring of each pair left them: a run replaces those of the offers that it scored again
create table predictions.match_candidates (
    offer_a uuid not null,
    offer_b uuid not null,
    probability double precision not null,
    priority double precision not null,
    spoke jsonb not null default '[]',
    as_of timestamptz not null,
    model_version text not null,
    run_id uuid not null,
    primary key (offer_a, offer_b),
    check (offer_a < offer_b)
);
create index on predictions.match_candidates (offer_b);
create index on predictions.match_candidates (priority desc);
grant select, insert, update, delete on predictions.match_candidates to modeller;
grant select on predictions.match_candidates to transformer;
"""

ANSWERS = """
-- append-only: the latest answer of a pair holds, `withdrawn` takes it back; as_of is the platform's instant at which it was given
create table ops.match_reviews (
    review_id bigint generated always as identity primary key,
    offer_a uuid not null,
    offer_b uuid not null,
    answer text not null check (answer in ('same', 'different', 'unsure', 'withdrawn')),
    reviewer text not null,
    note text not null default '',
    shown jsonb not null default '{}',
    as_of timestamptz not null,
    reviewed_at timestamptz not null default now(),
    check (offer_a < offer_b)
);
create index on ops.match_reviews (offer_a, offer_b, review_id desc);
grant select, insert on ops.match_reviews to editor;
grant select on ops.match_reviews to transformer, bi_reader;
"""


def upgrade() -> None:
    for block in (QUESTIONS, ANSWERS):
        op.execute(block)
