import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.scraping.drift import Break, Look, began, broken, shares, watch

START = datetime(2026, 5, 5, 10, tzinfo=UTC)
COVERAGE = text(
    "insert into raw.crawl_coverage (merchant_id, crawl_id, status, documents, offers, measured, observed_at, loaded_at, "
    "batch_id) values (:merchant, :batch, 'complete', 1, :offers, cast(:measured as jsonb), :at, :at, :batch)"
)
LEDGER = text(
    "insert into raw.load_ledger values "
    "(:batch, 'offers', :merchant, 'offers', 1, :rows, :offers, :rejected, 0, :at, :at, 'memory')"
)


def look(number: int, rows: int = 100, /, **found: float) -> Look:
    return Look("acme", f"acme:{number}", START + timedelta(days=number), rows, found)


def looks(*values: float, field: str = "price", rows: int = 100) -> list[Look]:
    return [look(number, rows, **{field: value}) for number, value in enumerate(values)]


def fields(history: Sequence[Look], now: Look) -> list[str]:
    return [one.field for one in broken(history, now)]


def test_a_fall_out_of_a_steady_history_is_a_break() -> None:
    (found,) = broken(looks(*[0.99] * 6), look(6, price=0.41))
    assert found == Break("price", 0.99, 0.41)
    assert str(found) == "price coverage fell from 99 % to 41 %"


@pytest.mark.parametrize(
    ("history", "now", "rows"),
    [
        ([0.99] * 6, 0.95, 100),  # less than a tenth
        ([0.99] * 4, 0.10, 100),  # too short a history
        ([0.99] * 6, 0.10, 19),  # too few rows
        ([0.5, 0.9, 0.4, 0.8, 0.6, 0.95], 0.35, 100),  # it always went up and down
        ([0.3] * 6, 0.1, 20),  # chance, with so few rows
        ([0.3] * 6, 0.9, 100),  # a rise is no drift
        ([0.0] * 6, 0.0, 100),
    ],
)
def test_what_is_no_break(history: list[float], now: float, rows: int) -> None:
    assert broken(looks(*history), look(9, rows, price=now)) == []


def test_a_field_that_vanished_altogether_counts_as_none() -> None:
    assert broken(looks(*[0.8] * 6, field="gtin"), look(6)) == [Break("gtin", 0.8, 0.0)]


def test_only_the_last_crawls_are_the_history() -> None:
    assert broken(looks(*[0.99] * 30, *[0.4] * 20), look(50, price=0.4)) == []


def test_coverages_count_the_rows_that_were_refused() -> None:
    found = shares({"gtin": 0.5}, {"missing_price": 30, "invalid_price": 10, "odd": 5}, received=100, rejected=45)
    assert found == pytest.approx({"gtin": 0.5, "price": 0.6, "title": 1, "currency": 1, "id": 1, "sound row": 0.55})


def test_the_end_of_a_sale_is_no_drift() -> None:
    usual = [look(number, **shares({"reference_price": 0.9, "coupon_code": 1.0}, {}, 100, 0)) for number in range(6)]
    assert fields(usual, look(6, **shares({}, {}, 100, 0))) == []


def test_refused_rows_are_told_by_the_field_that_they_lack() -> None:
    usual = [look(number, **shares({}, {}, 100, 0)) for number in range(6)]
    assert fields(usual, look(6, **shares({}, {"missing_price": 60}, 100, 60))) == ["price"]
    assert fields(usual, look(6, **shares({}, {"malformed_record": 60}, 100, 60))) == ["sound row"]


def test_rows_that_were_all_refused_say_nothing_of_what_offers_may_have() -> None:
    usual = [look(number, **shares({"gtin": 0.9}, {}, 100, 0)) for number in range(6)]
    assert fields(usual, look(6, **shares({}, {"missing_price": 100}, 100, 100))) == ["price"]
    assert fields(usual, look(6, **shares({"gtin": 0.1}, {"missing_price": 50}, 100, 50))) == ["gtin", "price"]


def test_an_episode_begins_at_its_first_break() -> None:
    assert began(looks(*[0.99] * 6, 0.4, 0.4, 0.4), "price") == START + timedelta(days=6)
    assert began(looks(*[0.99] * 6, 0.4, 0.99, 0.99, 0.4), "price") == START + timedelta(days=6)
    assert began(looks(*[0.99] * 6, 0.4, *[0.99] * 5, 0.4), "price") == START + timedelta(days=12)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.floats(0, 1), min_size=5, max_size=25), some.floats(0, 1), some.integers(20, 5000))
def test_a_break_is_always_a_fall_by_a_tenth_at_least(history: list[float], now: float, rows: int) -> None:
    for found in broken(looks(*history), look(99, rows, price=now)):
        assert found.before - found.now > 0.0999


def load(day: int, *, missing: int = 0, merchant: str = "acme", gtin: float = 0.9) -> datetime:
    at, rows = START + timedelta(days=day), 100
    measured = {"fields": {"gtin": gtin} if gtin else {}, "reasons": {"missing_price": missing} if missing else {}}
    row: dict[str, Any] = {"merchant": merchant, "batch": f"{merchant}{day}", "at": at, "rows": rows, "offers": rows - missing,
                           "rejected": missing, "measured": json.dumps(measured)}
    with transaction("loader") as connection:
        connection.execute(COVERAGE, row)
        connection.execute(LEDGER, row)
    return at


def alerts() -> list[str]:
    with transaction("loader") as connection:
        return list(connection.execute(text("select message from ops.alerts order by alert_id")).scalars())


@pytest.mark.usefixtures("warehouse")
def test_a_drift_is_told_once_and_again_after_it_had_ended() -> None:
    for day in range(6):
        assert watch(load(day, missing=1)) == 0
    for day in (6, 7):
        watch(load(day, missing=59))
    assert watch(START + timedelta(days=7)) == 0  # the same task again
    assert alerts() == ["acme drifted: price coverage fell from 99 % to 41 %"]
    for day in range(8, 14):
        watch(load(day, missing=1))
    assert watch(load(14, missing=59)) == 1
    assert len(alerts()) == 2


@pytest.mark.usefixtures("warehouse")
def test_every_field_and_merchant_is_judged_by_its_own_history() -> None:
    for day in range(6):
        load(day)
        load(day, merchant="other", gtin=0.0)
        load(day, merchant="third")
    at = load(6, missing=50, gtin=0.0)
    load(6, merchant="other", gtin=0.0)
    assert watch(at) == 1
    assert alerts() == ["acme drifted: gtin coverage fell from 90 % to 0 %; price coverage fell from 100 % to 50 %"]


@pytest.mark.usefixtures("warehouse")
def test_a_crawl_without_rows_is_not_judged() -> None:
    for day in range(6):
        load(day)
    at = START + timedelta(days=6)
    row = {"merchant": "acme", "batch": "b", "at": at, "rows": 0, "offers": 0, "rejected": 0, "measured": "{}"}
    with transaction("loader") as connection:
        connection.execute(COVERAGE, row)
        connection.execute(LEDGER, row)
    assert watch(at) == 0
