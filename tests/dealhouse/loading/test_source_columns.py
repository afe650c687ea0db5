"""A source's new columns are noted; one that is gone or of another type refuses the batch by its name."""

from datetime import timedelta
from typing import Any

import pytest

from dealhouse.errors import BadInputError, SourceSchemaError
from dealhouse.loading import source_columns
from dealhouse.loading.kinds import KINDS
from dealhouse.loading.load import LoadResult, load_batch
from dealhouse.loading.source_columns import EVERY, FULLY, Known, Shape, judge
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land

ROWS = 20
NOTED = "select column_name, types, is_steady, is_read, is_added from raw.source_columns where column_name = '{}'"


def payments(day: int, **changes: Any) -> list[dict[str, Any]]:
    """Twenty payments of a day; `changes` of each, where None takes a column away."""
    at = f"2026-05-0{day}T09:00:00+00:00"
    sound = {"order_id": "o", "amount": 4.5, "currency": "EUR", "status": "settled", "method": "card", "event_at": at,
             "updated_at": at}
    whole = {name: value for name, value in {**sound, **changes}.items() if value is not None}
    return [{"payment_id": f"p{day}-{number}", **whole} for number in range(ROWS)]


@pytest.fixture
def feed(land: Land) -> Any:
    def load(day: int, source: str = "shop", **changes: Any) -> LoadResult:
        moment = AS_OF + timedelta(days=day)
        batch = land(*payments(day, **changes), kind="shop_payments", source=source, merchant_id="house", as_of=moment)
        return load_batch(batch, moment)

    return load


@pytest.fixture
def known(feed: Any) -> Any:
    """The feed after three ordinary days."""
    for day in (1, 2, 3):
        feed(day)
    return feed


def test_a_new_column_is_tolerated_and_noted(known: Any, ask: Ask) -> None:
    assert known(4, terminal="T1").loaded == ROWS
    assert ask(NOTED.format("terminal")) == [("terminal", ["string"], False, False, True)]
    assert ask(NOTED.format("amount")) == [("amount", ["number"], True, True, False)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"method": None}, "method is gone"), ({"amount": "4.50"}, "amount was number and is string now"),
        ({"currency": None}, "currency is missing from every row"),
    ],
)
def test_a_column_that_is_gone_or_retyped_blocks_by_its_name(known: Any, ask: Ask, changes: Any, told: str) -> None:
    before = ask("select count(*) from raw.shop_payments")
    with pytest.raises(SourceSchemaError, match=f"shop/shop_payments: .*{told}"):
        known(4, **changes)
    assert ask("select count(*) from raw.shop_payments") == before
    assert known(5).loaded == ROWS, "what was refused taught nothing"


def test_a_null_is_no_lost_column_and_another_source_has_its_own(known: Any, land: Land) -> None:
    rows = [row | {"method": None} for row in payments(4)]
    assert load_batch(land(*rows, kind="shop_payments", source="shop", merchant_id="house"), AS_OF).loaded == ROWS
    assert known(5, source="import", method=None).loaded == ROWS


def test_a_required_column_needs_no_history(feed: Any) -> None:
    with pytest.raises(SourceSchemaError, match="status is missing"):
        feed(1, status=None)


def test_what_is_accepted_is_learnt_anew(known: Any) -> None:
    with pytest.raises(SourceSchemaError):
        known(4, method=None)
    assert source_columns.accept("shop", "shop_payments", ["method"]) == 1
    assert known(4, method=None).loaded == ROWS
    with pytest.raises(BadInputError):
        source_columns.accept("shop", "shop_payments", ["method"])


def test_a_column_that_comes_and_goes_is_not_missed() -> None:
    shape = Shape()
    for _ in range(ROWS):
        shape.see({"payment_id": "p"})
    kind = KINDS["shop_payments"]
    steady, fickle = Known(frozenset({"string"}), 9, 900, True, True), Known(frozenset({"string"}), 9, 900, False, True)
    told = [fault for fault in judge({"method": steady, "status": fickle}, shape, kind) if "gone" in fault]
    assert told == ["method is gone: every row had it so far"]
    assert not [fault for fault in judge({"method": Known(frozenset(), 2, 900, True, True)}, shape, kind) if "gone" in fault]


def test_of_a_long_batch_a_sample_is_looked_at() -> None:
    shape = Shape()
    for number in range(FULLY + 10 * EVERY):
        shape.see({"a": number})
    assert (shape.met, shape.rows, shape.present["a"]) == (FULLY + 10 * EVERY, FULLY + 10, FULLY + 10)
