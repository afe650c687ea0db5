from datetime import UTC, datetime
from typing import Any

import pytest

from dealhouse.loading.land_lines import RefusedLineError
from dealhouse.loading.order_facts import OrderFacts
from dealhouse.loading.orders_mapping import Columns, Mapping

COLUMNS = Columns(order_id="o", sku="s", quantity="q", unit_price="p", event_at="t", title="d", customer_id="c", country="l")


def mapping(**changes: Any) -> Mapping:
    known = {
        "columns": COLUMNS, "currency": "GBP", "country": "GB", "timezone": "Europe/London", "cost_share": 0.5,
        "cancellation_prefix": "C", "countries": {"EIRE": "IE"}, "service_skus": ["POST"],
    }
    return Mapping.model_validate({**known, **changes})


def line(**changes: Any) -> dict[str, Any]:
    return {"order_id": "1", "sku": "A", "quantity": 2, "unit_price": "2.50", "event_at": "2011-07-01 12:00", "title": "Lamp",
            "customer_id": "17850", "country": "EIRE", **changes}


def refusal(facts: OrderFacts, **changes: Any) -> str:
    with pytest.raises(RefusedLineError) as refused:
        facts.read(line(**changes))
    return str(refused.value)


def test_a_line_is_a_sale_in_utc() -> None:
    fact = OrderFacts(mapping()).read(line())
    assert fact == {
        "order_id": "1", "line_no": 1, "sku": "A", "quantity": 2, "unit_price": "2.50", "discount": None, "currency": "GBP",
        "kind": "sale", "event_at": "2011-07-01T11:00:00+00:00", "updated_at": "2011-07-01T11:00:00+00:00",
    }


def test_a_cost_is_a_share_of_the_price_or_not_known() -> None:
    costs = []
    for share in (0.5, None):
        facts = OrderFacts(mapping(cost_share=share))
        facts.read(line())
        costs.append(facts.products()[0]["cost"])
    assert costs == ["1.2500", None]


def test_a_negative_quantity_is_a_return_and_postage_is_a_fee() -> None:
    facts = OrderFacts(mapping())
    assert facts.read(line(order_id="C9", quantity=-1))["kind"] == "return"
    assert facts.read(line(sku="POST"))["kind"] == "fee"
    assert [(order["order_id"], order["status"], order["total"]) for order in facts.orders()] == [
        ("C9", "returned", "-2.50"), ("1", "completed", "5.00")
    ]
    assert facts.products() == []


def test_a_line_that_repeats_another_is_refused_and_a_similar_one_is_not() -> None:
    facts = OrderFacts(mapping())
    facts.read(line())
    assert refusal(facts) == "duplicate_line"
    assert facts.read(line(quantity=3))["line_no"] == 3
    assert [order["total"] for order in facts.orders()] == ["12.50"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_id": " "}, "missing_order_id"), ({"sku": None}, "missing_sku"), ({"event_at": None}, "missing_event_at"),
        ({"event_at": "yesterday"}, "invalid_event_at"), ({"quantity": None}, "missing_quantity"),
        ({"quantity": 0}, "invalid_quantity"), ({"quantity": "1.5"}, "invalid_quantity"),
        ({"quantity": 2**31}, "invalid_quantity"), ({"unit_price": ""}, "missing_unit_price"),
        ({"unit_price": "free"}, "invalid_unit_price"), ({"unit_price": "0.00"}, "zero_unit_price"),
        ({"unit_price": -1.5}, "invalid_unit_price"), ({"unit_price": float("nan")}, "missing_unit_price"),
        ({"unit_price": "Infinity"}, "invalid_unit_price"),
    ],
)
def test_a_bad_line_says_why_and_leaves_no_trace(changes: dict[str, Any], reason: str) -> None:
    facts = OrderFacts(mapping())
    assert refusal(facts, **changes) == reason
    assert (facts.orders(), facts.customers(), facts.products()) == ([], [], [])


def test_an_order_without_a_customer_is_an_order() -> None:
    facts = OrderFacts(mapping())
    facts.read(line(customer_id=None, country="Atlantis"))
    assert [(order["native_customer_id"], order["country"]) for order in facts.orders()] == [(None, None)]
    assert facts.customers() == []


def test_a_number_with_gaps_in_its_column_is_still_the_customer() -> None:
    facts = OrderFacts(mapping())
    facts.read(line(customer_id=17850.0))
    facts.read(line(order_id="2", customer_id=17850, event_at="2011-01-01 09:00"))
    assert [(one["native_customer_id"], one["registered_at"], one["country"]) for one in facts.customers()] == [
        ("17850", "2011-01-01T09:00:00+00:00", "IE")
    ]


def test_a_product_is_its_commonest_title_at_its_latest_price() -> None:
    facts = OrderFacts(mapping(decimal_comma=True, timestamp_format="%d/%m/%Y %H:%M"))
    for number, (title, price, at) in enumerate(
        [("Lamp", "1.002,50", "02/03/2011 10:00"), ("lamp?", "3,00", "01/03/2011 10:00"), ("Lamp", "9,00", "28/02/2011 10:00")]
    ):
        facts.read(line(order_id=str(number), title=title, unit_price=price, event_at=at))
    product = facts.products()[0]
    assert (product["title"], product["price"], product["cost"], product["country"]) == ("Lamp", "1002.50", "501.2500", "GB")


def test_an_instant_with_an_offset_keeps_it() -> None:
    assert OrderFacts(mapping()).instant("2011-07-01T12:00:00+05:00") == datetime(2011, 7, 1, 7, tzinfo=UTC)
