"""predictions: a product's category with its confidence, and its tags

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = """
alter table predictions.product
    add column category_confidence double precision not null default 0 check (category_confidence between 0 and 1),
    add column subcategory text,
    add column google_category_id integer check (google_category_id > 0),
    add column tags jsonb not null default '[]' check (jsonb_typeof(tags) = 'array');
"""


def upgrade() -> None:
    op.execute(COLUMNS)
