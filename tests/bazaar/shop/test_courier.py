"""Parcels follow their orders, are promised before they come, and keep or break promises by carrier."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bazaar.clock import START
from bazaar.shop import days
from bazaar.shop.courier import CARRIERS, LOST_AFTER, Courier
from bazaar.shop.customers import COUNTRIES
from bazaar.shop.orders import Bill, BillLine, Order
from bazaar.shop.world import Shop

Rows = dict[str, list[dict[str, Any]]]
AT = days.midnight(0) + 12 * 3600
MANY = 4_000


def bill(country: str, *skus: int) -> Bill:
    return Bill(country, "EUR", None, tuple(BillLine(n, sku, 1, 10.0, 0.0) for n, sku in enumerate(skus, start=1)), 0.0)


def parcel_rows(shop: Shop, country: str, told_at: int | None = None) -> list[dict[str, Any]]:
    """The last states of the parcels of many orders."""
    courier = Courier(shop, day=0, low=AT)
    orders = (Order(number, 0, AT, ((0, 1, 10.0),)) for number in range(MANY))
    return [list(parcel.states())[-1][1] for order in orders for parcel in courier.parcels(order, bill(country, 0), told_at)]


def late_share(rows: list[dict[str, Any]]) -> dict[str, float]:
    """By carrier, of what came."""
    came = [row for row in rows if row["status"] == "delivered"]
    late = Counter(row["carrier"] for row in came if local_date(row["delivered_at"]) > date.fromisoformat(row["promised_to"]))
    return {carrier: late[carrier] / count for carrier, count in Counter(row["carrier"] for row in came).items()}


def local_date(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo("Europe/Berlin")).date()


def whole(rows: Rows, kind: str, identity: str) -> list[dict[str, Any]]:
    """Without the broken rows, which carry an id of their own."""
    return [row for row in rows[kind] if not row[identity].endswith("-X")]


def test_every_parcel_is_of_an_order_that_stands_and_leaves_after_it(rows: Rows) -> None:
    ordered = {row["order_id"]: row for row in rows["orders"] if "event_at" in row}
    told = whole(rows, "deliveries", "delivery_id")
    assert {row["status"] for row in told} >= {"shipped", "delivered"}
    for row in told:
        assert ordered[row["order_id"]]["event_at"] < row["shipped_at"] <= row["updated_at"]
        assert row["promised_from"] <= row["promised_to"]
        assert datetime.fromisoformat(row["updated_at"]).timestamp() < START.timestamp() + 3600
    cancelled = {row["order_id"] for row in rows["orders"] if row["status"] == "cancelled"}
    assert cancelled & {row["order_id"] for row in told} == set()


def test_who_returns_or_reviews_has_got_the_goods(rows: Rows) -> None:
    first: dict[str, str] = {}
    came: dict[str, str] = {}
    for row in whole(rows, "order_lines", "order_id"):
        if row["kind"] == "return":
            first[row["order_id"]] = min(first.get(row["order_id"], "9"), row["event_at"])
    for row in whole(rows, "deliveries", "delivery_id"):
        if row["status"] == "delivered":
            came[row["order_id"]] = max(came.get(row["order_id"], ""), row["delivered_at"])
    assert first
    assert [order for order, at in first.items() if came[order] >= at] == []


def test_a_parcel_a_store(shop: Shop) -> None:
    stores = {shop.assortment.location[sku]: sku for sku in range(len(shop.assortment))}
    parcels = list(Courier(shop, day=0, low=AT).parcels(Order(7, 0, AT, ()), bill("DE", *stores.values(), 0)))
    assert [parcel.head["delivery_id"] for parcel in parcels] == [f"D-H7-{n}" for n in range(1, len(stores) + 1)]


@pytest.mark.parametrize("country", ["DE", "GB"])
def test_carriers_differ_as_they_are_said_to(shop: Shop, country: str) -> None:
    share = late_share(parcel_rows(shop, country))
    assert [carrier.name for carrier in CARRIERS] == sorted(share, key=share.__getitem__)
    assert 0.02 < share["swiftbox"] < share["parcelroad"] < 0.45


def test_the_border_is_slower(shop: Shop) -> None:
    assert late_share(parcel_rows(shop, "GB"))["swiftbox"] > late_share(parcel_rows(shop, "AT"))["swiftbox"]


def test_what_is_lost_is_said_late_and_never_of_what_came_back(shop: Shop) -> None:
    lost = [row for row in parcel_rows(shop, "FR") if row["status"] == "lost"]
    assert 0 < len(lost) < MANY / 50
    waits = {datetime.fromisoformat(row["updated_at"]) - datetime.fromisoformat(row["shipped_at"]) for row in lost}
    assert {wait.days for wait in waits} == {LOST_AFTER}
    told = AT + 5 * 86_400
    assert {row["status"] for row in parcel_rows(shop, "FR", told)} == {"delivered"}
    assert max(row["delivered_at"] for row in parcel_rows(shop, "FR", told)) < days.iso_time(told)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_is_delivered_to(shop: Shop, country: str) -> None:
    parcel = next(Courier(shop, day=0, low=AT).parcels(Order(1, 0, AT, ()), bill(country, 0)))
    assert parcel.head["country"] == country
