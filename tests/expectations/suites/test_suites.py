"""Every suite is seen failing: each plant is one row that the suite exists to refuse."""

from datetime import datetime
from typing import Any

import psycopg2
from psycopg2.extras import Json

from dealhouse.loading.kinds import KINDS
from expectations.gates import check_raw, check_release
from expectations.suites import PUBLISH, RAW

LATER = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
UNREASONED = [{"product_id": "00000000-0000-0000-0000-000000000004", "score": 1, "reason": ""}]
ITSELF = [{"product_id": "00000000-0000-0000-0000-000000000003", "score": 1, "reason": "Like it"}]

RAW_PLANTS: list[tuple[str, dict[str, Any], str]] = [
    ("load_ledger", {"rows_loaded": 5}, "every row received"),
    ("crawl_coverage", {"status": "failed"}, "column=status"),
    ("crawl_documents", {"observed_at": LATER}, "after it was loaded"),
    ("rejects", {"reason": "-"}, "column=reason"),
    ("rejects", {"kind": "shop_customers", "payload": "anna@example.org"}, "shows an address"),
    ("reject_decisions", {"decided_by": "\t"}, "column=decided_by"),
    ("source_columns", {"column_name": "\t"}, "column=column_name"),
    ("shop_exposures", {"customer_key": "anna@example.org"}, "column=customer_key"),
    ("shop_exposures", {"customer_key": None}, "is somebody's"),
    ("shop_marketing_spend", {"day": "2026-06-01"}, "in the future"),
    ("shop_marketing_spend", {"impressions": -1}, "column=impressions"),
    ("offer_observations", {"price": None}, "to_not_be_null column=price"),
    ("offer_observations", {"price": "NaN"}, "to_be_between column=price"),
    ("offer_observations", {"price": "-3"}, "to_be_between column=price"),
    ("offer_observations", {"currency": None}, "to_not_be_null column=currency"),
    ("offer_observations", {"title": " - "}, "column=title"),
    ("offer_observations", {"url": "javascript:alert(1)"}, "column=url"),
    ("offer_observations", {"gtin": "123"}, "column=gtin"),
    ("offer_observations", {"observed_at": LATER}, "observed after it was loaded"),
    ("shop_products", {"cost": 0}, "column=cost"),
    ("shop_products", {"price": "NaN"}, "column=price"),
    ("shop_products", {"tax_class": "luxury"}, "column=tax_class"),
    ("shop_inventory_movements", {"quantity": 2_000_000}, "column=quantity"),
    ("shop_inventory_movements", {"event_at": LATER}, "future"),
    ("shop_customers", {"customer_key": "anna@example.org"}, "column=customer_key"),
    ("shop_customers", {"email_hash": "anna@example.org"}, "no address"),
    ("shop_orders", {"currency": "eu"}, "column=currency"),
    ("shop_orders", {"event_at": LATER}, "future"),
    ("shop_order_lines", {"quantity": -2}, "column=quantity"),  # one return is a return, returns only are a fault
    ("shop_order_lines", {"quantity": -3}, "column=quantity"),
    ("shop_order_lines", {"unit_price": "NaN"}, "column=unit_price"),
    ("shop_payments", {"amount": "NaN"}, "column=amount"),
    ("shop_deliveries", {"country": "de"}, "column=country"),
    ("shop_deliveries", {"delivered_at": LATER}, "came or left in the future"),
    ("shop_deliveries", {"promised_to": "2036-05-01", "promised_from": None}, "beyond a year"),
    ("wishes", {"kind": "hope"}, "column=kind"),
    ("wishes", {"customer_key": "anna@example.org"}, "column=customer_key"),
    ("wishes", {"condition": None}, "watches a product"),
    ("wishes", {"kind": "saved_deal"}, "a saved deal is one"),
    ("wishes", {"currency": None}, "a threshold has its currency"),
    ("wishes", {"event_at": LATER}, "in the future"),
    ("shop_events", {"kind": "telepathy"}, "column=kind"),
    ("shop_events", {"propensity": 1.5}, "column=propensity"),
    ("shop_reviews", {"rating": 9}, "column=rating"),
    ("shop_reviews", {"customer_key": "anna@example.org"}, "column=customer_key"),
    ("shop_reviews", {"event_at": LATER}, "future"),
    ("shop_promotions", {"discount_pct": 100}, "column=discount_pct"),
    ("shop_promotions", {"ends_at": "2026-05-01T00:00:00Z"}, "ends after it starts"),
    ("shop_promotions", {"updated_at": LATER}, "in the future"),
    ("calendar_days", {"country": "de"}, "column=country"),
    ("calendar_days", {"holiday": " "}, "column=holiday"),
    ("calendar_days", {"day": "2036-05-01"}, "beyond three years"),
    ("weather_days", {"temperature_c": 125}, "column=temperature_c"),
    ("weather_days", {"precipitation_mm": -1}, "column=precipitation_mm"),
    ("weather_days", {"day": "2026-06-01"}, "future"),
    ("fx_rates", {"rate": 0}, "column=rate"),
    ("fx_rates", {"base": "USD", "quote": "USD"}, "worth itself"),
    ("affiliate_transactions", {"sale_amount": "NaN"}, "column=sale_amount"),
    ("affiliate_transactions", {"transacted_at": LATER}, "in the future"),
]

PUBLISH_PLANTS: list[tuple[str, dict[str, Any], str]] = [
    ("deal", {"price": "0"}, "column=price"),
    ("deal", {"title": None}, "column=title"),
    ("deal", {"url": "javascript:alert(1)"}, "column=url"),
    ("deal", {"reference_price": 19.99}, "less than its reference"),
    ("deal", {"ends_at": datetime.fromisoformat("2026-05-05T10:15:00+00:00")}, "is over"),
    ("deal", {"started_at": LATER}, "yet to start"),
    ("deal", {"score": "NaN"}, "has a score"),
    ("deal", {"evidence": Json([])}, "evidence"),
    ("deal", {"factors": None}, "factors"),
    ("deal", {"score_parts": None}, "parts"),
    ("deal", {"click_probability": 1.2}, "column=click_probability"),
    ("deal", {"availability": "out_of_stock"}, "sold out"),
    ("product", {"title": ""}, "column=title"),
    ("product", {"lowest_price_reporting": 30}, "lowest price"),
    ("product", {"merchants_count": 3}, "no more merchants"),
    ("product_offer", {"price": "NaN"}, "column=price"),
    ("product_offer", {"probability": 1.2}, "column=probability"),
    ("product_offer", {"url": None}, "may lack an address"),
    ("product_offer", {"observed_at": LATER}, "after as_of"),
    ("product_offer", {"price_reporting": 25}, "is itself"),
    ("product_redirect", {"redirect_to": None}, "column=redirect_to"),
    ("product_redirect", {"product_id": "00000000-0000-0000-0000-000000000003"}, "in one step"),
    ("gone_deal", {"reason": None}, "column=reason"),
    ("gone_deal", {"reason": "low_reputation"}, "column=reason"),
    ("price_history", {"low": 21}, "not above its high"),
    ("price_history", {"day": "2026-06-01"}, "future"),
    ("similar", {"items": Json({})}, "is a list"),
    ("similar", {"items": Json(ITSELF)}, "similar to itself"),
    ("recommendation", {"body": Json({"items": UNREASONED})}, "its reason"),
    ("recommendation", {"body": Json({})}, "is a list"),
    ("recommendation", {"customer_key": "anna@example.org"}, "column=customer_key"),
    ("trending", {"body": Json({"items": UNREASONED})}, "its reason"),
    ("trending", {"country": "everywhere"}, "column=country"),
    ("price", {"price": "0"}, "column=price"),
    ("price", {"price": 70}, "triples"),
    ("price", {"reason": " "}, "column=reason"),
    ("price", {"reason_parts": Json([])}, "parts of its reason"),
    ("forecast", {"q05": 3}, "do not cross"),
    ("forecast", {"q95": "NaN"}, "column=q95"),
    ("forecast", {"day": "2026-05-01"}, "looks ahead"),
    ("search_doc", {"prank": 0}, "column=prank"),
    ("search_doc", {"tsv": ""}, "has words"),
    ("search_term", {"term": "Kettle"}, "as queries are read"),
    ("search_click", {"shoppers": 1}, "says nothing about words"),
    ("suggestion", {"items": Json([])}, "one to ten"),
    ("suggestion", {"items": Json([{"kind": "query", "text": "anna@example.org"}])}, "address"),
]


def unseen(failures: list[str], plants: list[tuple[str, dict[str, Any], str]]) -> list[tuple[str, dict[str, Any], str]]:
    """The plants that no failure of their suite tells of."""
    return [
        (suite, changes, told) for suite, changes, told in plants
        if not any(failure.startswith((f"{suite}: ", f"{suite} (")) and told in failure for failure in failures)
    ]


def test_every_suite_has_a_plant() -> None:
    assert {table for table, _, _ in RAW_PLANTS} == {suite.table for suites in RAW.values() for suite in suites}
    assert {dataset for dataset, _, _ in PUBLISH_PLANTS} == set(PUBLISH)


def test_every_planted_raw_row_is_seen(loaded: Any, as_of: datetime, good_raw: dict[str, dict[str, Any]]) -> None:
    for table in good_raw:
        loaded.execute(f"delete from raw.{table}")
    for number, (table, changes, _) in enumerate(RAW_PLANTS):
        own = {"batch_id": f"plant {number}"} | ({"crawl_id": f"plant {number}"} if table.startswith("crawl_") else {})
        loaded.put(f"raw.{table}", good_raw[table] | own | changes)
    assert unseen(check_raw(loaded.url, as_of).failures, RAW_PLANTS) == []


def test_every_planted_published_row_is_seen(built: Any, good_published: dict[str, dict[str, Any]]) -> None:
    for dataset, changes, _ in PUBLISH_PLANTS:
        built.put(f"publish.{dataset}_v1", good_published[dataset] | changes)
    assert unseen(check_release(built.url, "r000001").failures, PUBLISH_PLANTS) == []


def test_every_raw_table_has_a_suite(database_url: str) -> None:
    """What loading fills has a batch and the instant at which it was known; what it only remembers has not both."""
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class as c where c.relnamespace = 'raw'::regnamespace and c.relkind in ('r', 'p') "
            "and not c.relispartition and (select count(*) from pg_attribute as a where a.attrelid = c.oid "
            "and a.attname in ('batch_id', 'loaded_at')) = 2"
        )
        tables = {name for (name,) in cursor.fetchall()}
    connection.close()
    guarded = {suite.table for suites in RAW.values() for suite in suites}
    assert "shop_orders" in tables
    assert tables - guarded == set()
    assert {kind.table for kind in KINDS.values()} - guarded == set()


def test_one_table_of_several_sources_has_a_name_for_each() -> None:
    names = [suite.name for suites in RAW.values() for suite in suites]
    assert len(names) == len(set(names)), "of one key the later source's findings would replace the earlier one's"
