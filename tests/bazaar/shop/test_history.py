"""What must hold in the shop's past, whoever reads it."""

import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bazaar.clock import START
from bazaar.errors import WorldMismatchError
from bazaar.gtin import is_valid
from bazaar.shop.customers import CHANNELS
from bazaar.shop.feedfiles import KINDS
from bazaar.shop.history import STATE, check_identity, day_folder, read_identity, write_history
from bazaar.shop.state import load_state
from bazaar.shop.world import Shop

Rows = dict[str, list[dict[str, Any]]]

# raw's columns (migrations/versions/0002) less those that loading adds; customer_key comes as native_customer_id
COLUMNS = {
    "products": """sku title description brand category gtin mpn image_url url item_group_id variant_title country price currency
        reference_price cost minimum_price stock_policy lead_time_days is_active rating review_count updated_at""",
    "inventory_movements": "movement_id sku location quantity kind event_at",
    "customers": "native_customer_id email country city language registered_at channel is_newsletter updated_at",
    "orders": """order_id native_customer_id status country currency total shipping discount promotion_code channel event_at
        updated_at""",
    "order_lines": "order_id line_no sku quantity unit_price currency discount kind event_at updated_at",
    "payments": "payment_id order_id amount currency method status event_at updated_at",
    "reviews": "review_id sku native_customer_id rating title event_at",
    "promotions": "promotion_id sku kind discount_pct starts_at ends_at updated_at",
    "events": """event_id anonymous_id native_customer_id session_id kind sku deal_id product_id query list position propensity
        release_id variant country device channel results event_at""",
    "fx_rates": "base quote day rate source",
    "calendar_days": "day country holiday",
    "weather_days": "day region temperature_c precipitation_mm",
    "marketing_spend": "day channel country campaign amount currency impressions clicks",
    "deliveries": "delivery_id order_id carrier country promised_from promised_to shipped_at delivered_at status updated_at",
    "exposures": "experiment variant anonymous_id native_customer_id event_at",
}


def good(rows: Rows, kind: str, identity: str) -> list[dict[str, Any]]:
    """The kind's rows without the broken ones, which carry an id of their own."""
    return [row for row in rows[kind] if not str(row.get(identity, "-X")).endswith("-X")]


def lines_of(rows: Rows, kind: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in good(rows, "order_lines", "order_id"):
        if row["kind"] == kind:
            found[row["order_id"]][row["line_no"]] = row
    return {order: list(lines.values()) for order, lines in found.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_those_that_raw_knows(rows: Rows, kind: str) -> None:
    assert rows[kind]
    assert {name for row in rows[kind] for name in row} <= set(COLUMNS[kind].split())


def test_the_same_seed_tells_the_same_past(shop: Shop, past: Path, tmp_path: Path) -> None:
    write_history(shop, tmp_path)
    for path in sorted(day_folder(past, 0).glob("*.ndjson")):
        assert path.read_bytes() == (day_folder(tmp_path, 0) / path.name).read_bytes(), path.name


def test_nothing_is_told_before_it_happened(rows: Rows) -> None:
    for kind in ("orders", "order_lines", "payments", "reviews", "inventory_movements"):
        moments = [datetime.fromisoformat(row["event_at"]) for row in rows[kind] if "event_at" in row]
        assert max(moments).timestamp() < START.timestamp() + 3600, kind


def test_an_order_is_the_sum_of_its_lines_and_is_paid(rows: Rows) -> None:
    lines = lines_of(rows, "sale")
    paid = {row["order_id"]: row for row in good(rows, "payments", "payment_id") if row["payment_id"].startswith("P-")}
    orders = good(rows, "orders", "order_id")
    assert {row["order_id"] for row in orders} == set(lines) == set(paid)
    for row in orders:
        goods = sum(Decimal(line["unit_price"]) * line["quantity"] - Decimal(line["discount"]) for line in lines[row["order_id"]])
        assert Decimal(row["total"]) == goods + Decimal(row["shipping"]) == Decimal(paid[row["order_id"]]["amount"])
        assert {row["currency"]} == {line["currency"] for line in lines[row["order_id"]]}


def test_returns_point_to_what_was_sold(rows: Rows) -> None:
    sold = {(order, line["sku"]): line["quantity"] for order, lines in lines_of(rows, "sale").items() for line in lines}
    for order, lines in lines_of(rows, "return").items():
        for line in lines:
            assert 0 < line["quantity"] <= sold[order, line["sku"]]


def test_stock_is_the_sum_of_movements_and_never_negative(shop: Shop, past: Path, rows: Rows) -> None:
    stock: Counter[str] = Counter()
    for row in good(rows, "inventory_movements", "movement_id"):
        if "sku" in row and isinstance(row["quantity"], int):
            stock[row["sku"]] += row["quantity"]
    state = load_state(day_folder(past, 0) / STATE)
    assert [stock[sku] for sku in shop.assortment.sku] == state.stock.tolist()
    assert state.stock.min() >= 0


def test_customers_buy_after_they_register(rows: Rows) -> None:
    registered = {row["native_customer_id"]: row["registered_at"] for row in good(rows, "customers", "native_customer_id")}
    for row in good(rows, "orders", "order_id"):
        if "native_customer_id" in row:
            assert registered[row["native_customer_id"]] < row["event_at"]


def test_prices_paid_are_those_on_show(rows: Rows) -> None:
    shown: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in good(rows, "products", "sku"):
        shown[row["sku"]].append((row["updated_at"], row["price"]))
    for lines in lines_of(rows, "sale").values():
        for line in lines:
            if line["currency"] == "EUR":
                assert [price for at, price in shown[line["sku"]] if at <= line["event_at"]][-1] == line["unit_price"]


def test_broken_and_repeated_rows_are_few_and_counted(past: Path, rows: Rows) -> None:
    counts = json.loads((day_folder(past, 0) / "counts.json").read_text())
    assert {kind: count["rows"] for kind, count in counts.items()} == {kind: len(found) for kind, found in rows.items()}
    assert 0 < sum(count["broken"] for count in counts.values()) < 0.006 * sum(count["rows"] for count in counts.values())
    repeated = len(rows["events"]) - len({row["event_id"] for row in rows["events"]})
    assert repeated == counts["events"]["repeated"] > 0


def test_events_show_lists_with_positions_and_some_buy(rows: Rows) -> None:
    kinds = Counter(row.get("kind") for row in rows["events"])
    shelves = {row.get("list") for row in rows["events"] if row.get("kind") == "impression"}
    assert set(kinds) >= {"page_view", "search", "impression", "add_to_cart", "remove_from_cart", "checkout_start", "purchase"}
    assert kinds["product_view"] > kinds["add_to_cart"] > kinds["remove_from_cart"]
    assert shelves == {"trending", "category"}
    assert all(1 <= row["position"] <= 6 for row in rows["events"] if row.get("kind") == "impression")


def test_a_visit_tells_its_channel_once_and_a_search_what_it_found(rows: Rows) -> None:
    arrivals = {row["event_id"]: row for row in good(rows, "events", "event_id") if row.get("kind") == "page_view"}
    assert {row["channel"] for row in arrivals.values()} == set(CHANNELS)
    assert not [row for row in rows["events"] if "channel" in row and row.get("kind") not in ("page_view", None)]
    found = Counter(row["results"] > 0 for row in good(rows, "events", "event_id") if row.get("kind") == "search")
    assert found[True] > 10 * found[False] > 0


def test_gtins_are_mostly_there_and_right(rows: Rows) -> None:
    gtins = {row["sku"]: row.get("gtin") for row in good(rows, "products", "sku")}
    known = [gtin for gtin in gtins.values() if gtin]
    assert len(known) > 0.75 * len(gtins)
    assert all(is_valid(gtin) for gtin in known)


def test_sizes_stay_within_the_worlds_bounds(shop: Shop, rows: Rows) -> None:
    assert 0.2 * shop.size.max_orders < len(rows["orders"]) < shop.size.max_orders
    assert len(rows["events"]) < 1.1 * shop.size.max_events


def test_a_folder_of_other_goods_is_refused(shop: Shop, past: Path) -> None:
    identity = read_identity(day_folder(past, 0))
    check_identity(shop, identity, past)
    with pytest.raises(WorldMismatchError, match="other goods"):
        check_identity(shop, {**identity, "assortment": "0"}, past)
