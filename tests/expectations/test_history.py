"""Tables are compared to their own last runs: nothing is said too early, and one odd run changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from expectations.gates import check_raw
from expectations.history import LEAST_TO_BLOCK, LEAST_TO_WARN, Measure, compare

DAYS = (97, 103, 99, 110, 95, 104, 100, 98, 101, 106)


def past(runs: int = LEAST_TO_BLOCK, **values: Any) -> list[Measure]:
    """Runs of about a hundred rows; a column is null in about a tenth of them, a price is about twenty."""
    return [Measure(rows, {"brand": rows / 1000, "gtin": 0.0}, {"price": 20 + rows / 100} | values) for rows in DAYS[:runs]]


def odd(now: Measure, before: Sequence[Measure]) -> list[tuple[str, str]]:
    return [(finding.expectation.split()[0], finding.severity) for finding in compare("t", now, before) if not finding.passed]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Measure(102, {"brand": 0.12, "gtin": 0.02}, {"price": 21.2}), []),
        (Measure(40, {"brand": 0.1}, {"price": 21}), [("as", "warn")]),
        (Measure(900, {"brand": 0.1}, {"price": 21}), [("as", "warn")]),
        (Measure(3), [("as", "warn"), ("as", "block")]),
        (Measure(100, {"brand": 0.4}, {"price": 21}), [("columns", "warn")]),
        (Measure(100, {"brand": 0.1, "gtin": 1.0}, {"price": 21}), [("columns", "warn"), ("columns", "block")]),
        (Measure(100, {"brand": 0.1}, {"price": 40}), [("means", "warn")]),
        (Measure(100, {"brand": 0.1}, {"price": 2100}), [("means", "warn"), ("means", "block")]),
        (Measure(100, {"new": 1.0}, {"new": 9.0}), []),
    ],
)
def test_what_is_out_of_the_usual_is_told(now: Measure, told: list[tuple[str, str]]) -> None:
    assert odd(now, past()) == told


def test_another_model_is_told_and_blocks_nothing() -> None:
    before = [Measure(run.rows, {"click_probability": 0.0}, {"score": 0.1}) for run in past()]
    now = Measure(100, {"click_probability": 1.0}, {"score": 9.0})
    assert odd(now, before) == [("columns", "warn"), ("means", "warn")]


def test_a_short_history_says_nothing_and_a_longer_one_warns_before_it_blocks() -> None:
    gone = Measure(0)
    assert odd(gone, []) == odd(gone, past(LEAST_TO_WARN - 1)) == []
    assert odd(gone, past(LEAST_TO_WARN)) == [("as", "warn")]
    assert odd(gone, past(LEAST_TO_BLOCK)) == [("as", "warn"), ("as", "block")]


def test_a_table_that_comes_in_fits_and_starts_is_left_alone() -> None:
    waves = [Measure(rows) for rows in (0, 3000, 0, 12, 0, 900, 0, 0, 40, 0)]
    assert odd(Measure(0), waves) == odd(Measure(5000), waves) == []


def test_one_bad_run_is_no_new_normal() -> None:
    spoilt = [*past()[:-1], Measure(30, {"brand": 1.0}, {"price": 9e9})]
    assert odd(Measure(101, {"brand": 0.11, "gtin": 0.0}, {"price": 21}), spoilt) == []
    assert ("means", "block") in odd(Measure(101, {}, {"price": 2100}), spoilt)


def rows(house: Any, as_of: datetime, number: int, amount: float = 40.0) -> None:
    house.execute("delete from raw.shop_payments")
    house.execute(
        "insert into raw.shop_payments (batch_id, row_no, shop_id, loaded_at, payment_id, order_id, amount, currency, status, "
        "event_at, updated_at) select 'b', n, 'house', %s, n::text, 'o', %s, 'EUR', 'settled', %s, %s "
        "from generate_series(1, %s) as n", as_of, amount, as_of, as_of, number,
    )


def test_the_gate_remembers_what_it_measured_and_blocks_a_collapse(loaded: Any, as_of: datetime) -> None:
    for table in ("shop_products", "shop_orders", "shop_events"):
        loaded.execute(f"delete from raw.{table}")
    for day in range(LEAST_TO_BLOCK):
        # as earlier runs of the gate have left it; to run it so often takes long
        loaded.execute(
            "insert into ops.quality_results (border, suite, expectation, as_of, passed, severity, observed, checked_at) "
            "select 'raw', 'shop_payments', e, %s, true, 'warn', cast(o as jsonb), now() from (values "
            "('as many rows as in its last runs', '{\"rows\": 50}'), "
            "('means as in its last runs', '{\"means\": {\"amount\": 40}}')) as v (e, o)", as_of + timedelta(days=day),
        )
    today = as_of + timedelta(days=LEAST_TO_BLOCK)
    rows(loaded, today, 50, 4000.0)
    report = check_raw(loaded.url, today, "shop")
    assert report.failures == [
        "shop_payments: means as in its last runs (outside=['amount: 4000, usually 40'])"
    ]
    [(observed, expected)] = loaded.execute(
        "select observed, expected from ops.quality_results where suite = 'shop_payments' and severity = 'warn' "
        "and expectation = 'as many rows as in its last runs' and as_of = %s", today,
    )
    assert observed == {"rows": 50}
    assert (expected["usual"], expected["runs"]) == (50, LEAST_TO_BLOCK)
    tomorrow = today + timedelta(days=1)
    assert check_raw(loaded.url, tomorrow, "shop").failures == ["shop_payments: as many rows as in its last runs"]


def test_every_result_says_what_was_expected_and_seen(loaded: Any, as_of: datetime) -> None:
    check_raw(loaded.url, as_of, "affiliate")
    found = loaded.execute("select suite, expectation, severity, passed, expected, observed from ops.quality_results")
    assert {suite for suite, *_ in found} == {"affiliate_transactions"}
    assert {severity for _, _, severity, *_ in found} == {"warn", "block"}
    assert all(expected for *_, expected, _ in found)
    [expected] = [expected for _, told, *_, expected, _ in found if told.startswith("column_values_to_be_in_set")]
    assert expected["value_set"] == ["pending", "approved", "declined"]
