"""Every metric of the semantic layer, as MetricFlow asks the database for it, equals what one would write by hand."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse, Workshop

PROJECT = Path(__file__).resolve().parents[2]
ORDERS = "select count(*) from marts.fct_orders where not is_cancelled"
BILLED = "select sum(total_reporting) from marts.fct_orders where not is_cancelled"
LINES = "from marts.fct_line_margins"
VISITS = "from marts.fct_sessions"
CAME_BACK = "from marts.fct_cohort_retention where months_since > 0 and not is_running"
EARNED = "from marts.fct_affiliate_transactions where status in ('pending', 'approved')"
PAID = "select sum(revenue_last_touch) from marts.fct_marketing_daily where cost_reporting > 0"
BY_HAND = {
    "orders": ORDERS,
    "all_orders": "select count(*) from marts.fct_orders",
    "priced_orders": f"{ORDERS} and total_reporting is not null",
    "orders_without_rate": f"{ORDERS} and total_reporting is null",
    "cancellation_rate": "select count(*) filter (where is_cancelled)::numeric / count(*) from marts.fct_orders",
    "billed_sales": BILLED,
    "average_order_value": "select avg(total_reporting) from marts.fct_orders where not is_cancelled",
    "buyers": "select count(distinct customer_key) from marts.fct_orders where not is_cancelled",
    "revenue": f"select sum(revenue_reporting) {LINES}",
    "revenue_without_tax": f"select sum(revenue_reporting - tax_reporting) {LINES}",
    "revenue_of_known_margin": f"select sum(revenue_reporting - tax_reporting) {LINES} where cost_reporting is not null",
    "margin": f"select sum(revenue_reporting - tax_reporting - cost_reporting) {LINES}",
    "margin_rate": f"""select sum(revenue_reporting - tax_reporting - cost_reporting) / sum(revenue_reporting - tax_reporting)
        {LINES} where cost_reporting is not null""",
    "units_sold": f"select sum(units) {LINES} where units > 0",
    "net_units": f"select sum(units) {LINES}",
    "return_rate": f"select -sum(units) filter (where units < 0)::numeric / sum(units) filter (where units > 0) {LINES}",
    "customer_savings": f"select sum(saved_reporting) {LINES}",
    "sessions": f"select count(*) {VISITS}",
    "active_users": f"select count(distinct coalesce(customer_key, anonymous_id)) {VISITS}",
    "converted_sessions": f"select count(*) {VISITS} where furthest_step = 'purchase'",
    "conversion": f"select avg((furthest_step = 'purchase')::integer) {VISITS}",
    "cart_sessions": f"select count(*) {VISITS} where carts <> 0",
    "kept_carts": f"select count(*) {VISITS} where carts <> 0 and purchases <> 0",
    "cart_abandonment": f"select avg((purchases = 0)::integer) {VISITS} where carts <> 0",
    "session_seconds": f"select sum(seconds) {VISITS}",
    "session_duration": f"select avg(seconds) {VISITS}",
    "discoveries": f"select sum(deals_discovered) {VISITS}",
    "deals_discovered_per_session": f"select avg(deals_discovered) {VISITS}",
    "bounces": f"select count(*) {VISITS} where is_bounce",
    "bounce_rate": f"select avg(is_bounce::integer) {VISITS}",
    "deal_impressions": f"select sum(deal_impressions) {VISITS}",
    "deal_clicks": f"select sum(deal_clicks) {VISITS}",
    "deal_ctr": f"select sum(deal_clicks)::numeric / sum(deal_impressions) {VISITS}",
    "revenue_per_visitor": f"""select (select sum(revenue_reporting) {LINES})
        / (select count(distinct coalesce(customer_key, anonymous_id)) {VISITS})""",
    "commission": f"select sum(commission_reporting) {EARNED}",
    "merchants_sales": f"select sum(sale_reporting) {EARNED}",
    "platform_revenue": f"""select (select sum(revenue_reporting - tax_reporting) {LINES})
        + (select sum(commission_reporting) {EARNED})""",
    "customers_of_cohorts": f"select sum(customers) {CAME_BACK}",
    "customers_who_returned": f"select sum(active_customers) {CAME_BACK}",
    "searches": "select count(*) from marts.fct_searches",
    "searches_told": "select count(results) from marts.fct_searches",
    "searches_in_vain": "select count(*) from marts.fct_searches where results = 0",
    "zero_result_rate": "select avg((results = 0)::integer) from marts.fct_searches",
    "searches_clicked": "select count(*) from marts.fct_searches where clicks > 0",
    "search_ctr": "select avg((clicks > 0)::integer) from marts.fct_searches",
    "live_deals": "select count(*) from scored.deal_utilisation where is_published",
    "published_deals": "select count(*) from scored.deal_utilisation",
    "used_deals": "select count(*) from scored.deal_utilisation where clicks + saves + sales > 0",
    "deal_utilisation": "select avg((clicks + saves + sales > 0)::integer) from scored.deal_utilisation",
    "marketing_cost": "select sum(cost_reporting) from marts.fct_marketing_daily",
    "new_customers": "select sum(new_customers_last_touch) from marts.fct_marketing_daily",
    "acquisition_cost": "select sum(cost_reporting) / sum(new_customers_last_touch) from marts.fct_marketing_daily",
    "paid_revenue": PAID,
    "return_on_ad_spend": f"select ({PAID}) / (select sum(cost_reporting) from marts.fct_marketing_daily)",
    "deliveries_decided": "select count(is_late) from marts.fct_delivery",
    "deliveries_on_time": "select count(*) from marts.fct_delivery where not is_late",
    "on_time_delivery": "select avg((not is_late)::integer) from marts.fct_delivery",
    "retention": f"select sum(active_customers)::numeric / sum(customers) {CAME_BACK}",
}

ANN, BEN = "a" * 32, "b" * 32
FIRST, SECOND = "2026-05-01", "2026-05-02"
SESSION = "00000000-0000-0000-0000-00000000000"


class _Dialect:
    """All that MetricFlow asks of a database to which it only writes questions."""

    sql_engine_type = SqlEngine.POSTGRES
    sql_plan_renderer = PostgresSQLSqlPlanRenderer()


class _Metrics:
    """Metrics as MetricFlow computes them."""

    def __init__(self, warehouse: "Warehouse", engine: MetricFlowEngine) -> None:
        self.warehouse, self.engine = warehouse, engine

    def ask(self, metric: str, *by: str) -> list[tuple[Any, ...]]:
        """Rows of a metric by dimensions, ordered by them."""
        request = MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=by, order_by_names=by)
        return self.warehouse.execute(self.engine.explain(request).sql_statement.sql.replace("%", "%%"))


@pytest.fixture(scope="module")
def engine(manifest_json: dict[str, Any]) -> MetricFlowEngine:
    text = (Path(os.environ["DBT_TARGET_PATH"]) / "semantic_manifest.json").read_text()
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(manifest_json_string=text))
    return MetricFlowEngine(semantic_manifest_lookup=lookup, sql_client=cast(Any, _Dialect()))


@pytest.fixture(scope="module")
def metrics(workshop: "Workshop", two_days_built: str, engine: MetricFlowEngine) -> Iterator[_Metrics]:
    """Marts of a few rows that tell every metric from its neighbours."""
    with workshop.warehouse(two_days_built) as made:
        for table, rows in ROWS.items():
            made.execute(f"truncate {table}")
            made.insert(table, [dict(zip(COLUMNS[table], row, strict=True)) for row in rows])
        yield _Metrics(made, engine)


COLUMNS: dict[str, Sequence[str]] = {
    "marts.fct_orders": ("order_id", "customer_key", "is_cancelled", "country", "channel", "total_reporting", "day"),
    "marts.fct_line_margins": ("order_id", "line_no", "day", "sku", "kind", "country", "units", "revenue_reporting",
                               "tax_reporting", "cost_reporting", "margin_reporting", "saved_reporting"),
    "marts.house_sku": ("sku", "category", "brand"),
    "marts.fct_sessions": ("session_key", "customer_key", "anonymous_id", "channel", "day", "seconds", "carts", "purchases",
                           "furthest_step", "deal_impressions", "deal_clicks", "deals_discovered", "is_bounce"),
    "marts.fct_affiliate_transactions": ("transaction_key", "status", "sale_reporting", "commission_reporting", "day"),
    "marts.fct_cohort_retention": ("cohort_month", "months_since", "month", "customers", "active_customers", "is_running"),
    "marts.fct_searches": ("session_key", "search_no", "day", "term", "results", "is_zero_result", "clicks", "is_clicked"),
    "marts.fct_marketing_daily": ("day", "channel", "country", "cost_reporting", "new_customers_last_touch",
                                  "revenue_last_touch"),
    "marts.fct_delivery": ("delivery_id", "order_id", "day", "is_late"),
    "scored.deal_utilisation": ("deal_id", "started_at", "clicks", "saves", "sales", "is_used", "is_published"),
}
ROWS: dict[str, Sequence[tuple[Any, ...]]] = {
    "marts.fct_orders": [
        ("1", ANN, False, "DE", "web", 30, FIRST), ("2", ANN, False, "DE", "web", 50, SECOND),
        ("3", BEN, False, "PL", "app", None, SECOND), ("4", None, True, "DE", "web", 99, SECOND),
    ],
    "marts.fct_line_margins": [
        ("1", 1, FIRST, "S", "sale", "DE", 3, 30, 5, 10, 15, 6), ("2", 1, SECOND, "S", "sale", "DE", 2, 40, 6, 12, 22, 0),
        ("2", 2, SECOND, "T", "sale", "DE", 1, 10, 2, None, None, 1),
        ("2", 3, SECOND, "S", "return", "DE", -1, -20, -3, -6, -11, 0),
        ("3", 1, SECOND, "S", "sale", "PL", 1, None, None, 6, None, None),
    ],
    "marts.house_sku": [("S", "Shoes", "Acme"), ("T", "Tents", None)],
    "marts.fct_sessions": [
        (f"{SESSION}1", ANN, "x", "search", FIRST, 100, 2, 1, "purchase", 10, 3, 4, False),
        (f"{SESSION}2", ANN, "y", "mail", SECOND, 50, 1, 0, "cart", 5, 1, 2, False),
        (f"{SESSION}3", None, "z", "search", SECOND, 0, 0, 0, "visit", 3, 0, 1, True),
        (f"{SESSION}4", BEN, "w", "search", SECOND, 30, 0, 1, "purchase", 0, 0, 0, False),
    ],
    "marts.fct_affiliate_transactions": [
        ("n:1", "pending", 100, 5, FIRST), ("n:2", "approved", 50, 2.5, SECOND), ("n:3", "declined", 80, 4, SECOND),
    ],
    "marts.fct_cohort_retention": [
        ("2026-01-01", 0, "2026-01-01", 10, 10, False), ("2026-01-01", 1, "2026-02-01", 10, 6, False),
        ("2026-01-01", 2, "2026-03-01", 10, 3, False), ("2026-02-01", 1, "2026-03-01", 4, 4, False),
        ("2026-01-01", 3, "2026-04-01", 10, 1, True),
    ],
    "marts.fct_searches": [
        (f"{SESSION}1", 1, FIRST, "tent", 5, False, 2, True), (f"{SESSION}1", 2, FIRST, "tnet", 0, True, 0, False),
        (f"{SESSION}2", 1, SECOND, "shoe", None, None, 0, False), (f"{SESSION}4", 1, SECOND, "shoe", 3, False, 0, False),
    ],
    "marts.fct_marketing_daily": [
        (FIRST, "search", "DE", 20, 2, 100), (SECOND, "search", "DE", 10, 1, 40), (SECOND, "direct", "DE", 0, 2, 70),
        (SECOND, "social", "PL", None, 0, 5),
    ],
    "marts.fct_delivery": [
        ("1", "1", FIRST, False), ("2", "2", SECOND, True), ("3", "3", SECOND, False), ("4", "3", SECOND, None),
    ],
    "scored.deal_utilisation": [
        (f"{SESSION}5", FIRST, 1, 0, 0, True, True), (f"{SESSION}6", FIRST, 0, 0, 0, False, True),
        (f"{SESSION}7", SECOND, 0, 1, 0, True, False),
    ],
}


def test_every_metric_stands_here_by_hand(manifest_json: dict[str, Any]) -> None:
    assert {metric["name"] for metric in manifest_json["metrics"].values()} == set(BY_HAND)


def test_every_metric_is_documented() -> None:
    documented = (PROJECT / "docs" / "metrics.md").read_text()
    assert [metric for metric in BY_HAND if f"| `{metric}` |" not in documented] == []


@pytest.mark.parametrize("metric", sorted(BY_HAND))
def test_a_metric_is_what_one_writes_by_hand(metrics: _Metrics, metric: str) -> None:
    ((wanted,),) = metrics.warehouse.execute(BY_HAND[metric])
    assert wanted is not None, "rows that cannot tell a metric from nothing"
    ((found,),) = metrics.ask(metric)
    assert float(found) == pytest.approx(float(wanted))


def test_a_metric_splits_by_day_and_by_what_it_is_about(metrics: _Metrics) -> None:
    by_day = metrics.ask("conversion", "metric_time__day")
    assert [(day.date().isoformat(), share) for day, share in by_day] == [(FIRST, 1), (SECOND, pytest.approx(1 / 3))]
    assert metrics.ask("revenue", "article__category") == [("Shoes", 50), ("Tents", 10)]
    assert metrics.ask("revenue", "order__channel") == [("app", None), ("web", 60)]
    assert metrics.ask("conversion", "session__channel") == [("mail", 0), ("search", pytest.approx(2 / 3))]
    assert metrics.ask("revenue", "sold_line__country") == [("DE", 60), ("PL", None)]
