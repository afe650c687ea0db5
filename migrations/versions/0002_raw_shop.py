"""raw: what a shop feeds: catalogue, stock, orders, payments, customers, reviews, promotions, events, reference data

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Every record table starts with these; `shop_id` + native id is the business key, the newest updated_at wins.
HEAD = "batch_id text not null, row_no bigint not null, shop_id text not null, loaded_at timestamptz not null"

TABLES = {
    "shop_products": """offer_id uuid not null, sku text not null, title text not null, description text, brand text, category text, gtin text, mpn text,
        image_url text, url text, item_group_id text, variant_title text, country char(2) not null, price numeric(14, 4) not null,
        currency char(3) not null, reference_price numeric(14, 4), cost numeric(14, 4) not null, minimum_price numeric(14, 4),
        stock_policy text, lead_time_days integer, is_active boolean not null, rating numeric(4, 2), review_count integer,
        updated_at timestamptz not null""",
    "shop_inventory_movements": """movement_id text not null, sku text not null, location text not null, quantity integer not null,
        kind text not null, event_at timestamptz not null""",
    "shop_customers": """customer_key text not null, email_hash text, country char(2), city text, language text,
        registered_at timestamptz not null, channel text, is_newsletter boolean, updated_at timestamptz not null""",
    "shop_orders": """order_id text not null, customer_key text, status text not null, country char(2), currency char(3) not null,
        total numeric(14, 4) not null, shipping numeric(14, 4), discount numeric(14, 4), promotion_code text, channel text,
        event_at timestamptz not null, updated_at timestamptz not null""",
    "shop_order_lines": """order_id text not null, line_no integer not null, sku text not null, quantity integer not null,
        unit_price numeric(14, 4) not null, currency char(3) not null, discount numeric(14, 4), kind text not null,
        event_at timestamptz not null, updated_at timestamptz not null""",
    "shop_payments": """payment_id text not null, order_id text not null, amount numeric(14, 4) not null, currency char(3) not null,
        method text, status text not null, event_at timestamptz not null, updated_at timestamptz not null""",
    "shop_reviews": """review_id text not null, sku text not null, customer_key text, rating integer not null, title text,
        event_at timestamptz not null""",
    "shop_promotions": """promotion_id text not null, sku text not null, kind text not null, discount_pct numeric(5, 2) not null,
        starts_at timestamptz not null, ends_at timestamptz not null, updated_at timestamptz not null""",
    "shop_events": """event_id uuid not null, anonymous_id text, customer_key text, session_id text, kind text not null,
        sku text, deal_id uuid, product_id uuid, query text, list text, position integer, propensity double precision,
        release_id text, variant text, country char(2), device text, event_at timestamptz not null""",
    "fx_rates": """base char(3) not null, quote char(3) not null, day date not null,
        rate numeric(18, 8) not null check (rate > 0 and rate < 1e8), source text not null""",
    "calendar_days": "day date not null, country char(2) not null, holiday text",
    "weather_days": "day date not null, region text not null, temperature_c numeric(5, 2), precipitation_mm numeric(6, 2)",
}
PARTITIONED = ("shop_events",)
KEYS = {
    "shop_products": "shop_id, sku",
    "shop_inventory_movements": "shop_id, movement_id",
    "shop_customers": "shop_id, customer_key",
    "shop_orders": "shop_id, order_id",
    "shop_order_lines": "shop_id, order_id, line_no",
    "shop_payments": "shop_id, payment_id",
    "shop_reviews": "shop_id, review_id",
    "shop_promotions": "shop_id, promotion_id, sku",
    "shop_events": "event_id",
    "fx_rates": "base, quote, day",
    "calendar_days": "country, day",
    "weather_days": "region, day",
}

IDENTITIES = """
-- The only place where a shop's native customer id stands beside its key; no analyst and no model reads it.
create table raw.customer_identities (
    customer_key text primary key,
    shop_id text not null,
    native_customer_id text not null,
    loaded_at timestamptz not null
);
revoke all on raw.customer_identities from transformer, auditor;

create table raw.feed_cursors (
    shop_id text not null,
    kind text not null,
    cursor text not null,
    batch_id text not null,
    as_of timestamptz not null,
    primary key (shop_id, kind)
);
"""


def upgrade() -> None:
    for table, columns in TABLES.items():
        partition = " partition by range (loaded_at)" if table in PARTITIONED else ""
        op.execute(f"create table raw.{table} ({HEAD}, {columns}){partition}")
        if table in PARTITIONED:
            op.execute(f"create table raw.{table}_default partition of raw.{table} default")
        op.execute(f"create index on raw.{table} ({KEYS[table]})")
        op.execute(f"create index on raw.{table} (loaded_at)")
    op.execute(IDENTITIES)
