"""ops: the keys of machine clients, each as no more than a hash; the API reads them and makes none

Revision ID: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SERVICE_KEYS = """
-- prefix: the key's own beginning, by which it is found; hash: argon2id of the whole key, in its own notation.
-- A name may have several keys at once: the next is handed out before the last is revoked.
create table ops.service_keys (
    prefix text primary key check (prefix ~ '^[a-z2-7]{8}$'),
    name text not null check (name ~ '^[a-z0-9-]{1,64}$'),
    hash text not null check (hash like '$argon2id$%'),
    scopes text[] not null,
    requests_per_minute integer not null check (requests_per_minute between 1 and 1000000),
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);
create index on ops.service_keys (name);
grant select on ops.service_keys to serving;
"""


def upgrade() -> None:
    op.execute(SERVICE_KEYS)
