from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.parsers import jsonrows


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b'\xef\xbb\xbf {"a": 1}\n\x00', {"a": 1}), (rb'{"a": "\ud800x"}', {"a": "\ud800x"}), (b'{"a": "\x01\t"}',
            {"a": "\x01\t"}),
        (b'{"a": "caf\xe9"}', {"a": "caf\ufffd"}), (b'{"a": NaN}', {"a": None}),
    ],
)
def test_small_faults_cost_nothing(document: bytes, expected: object) -> None:
    assert jsonrows.load(document) == expected


@pytest.mark.parametrize("document", [b"", b"<html>", b'{"a": [1, 2', b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_what_is_no_json_is_a_value_error(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        jsonrows.load(document)


@given(st.binary(max_size=100))
def test_nothing_else_is_raised(document: bytes) -> None:
    try:
        value = jsonrows.load(document)
    except ValueError:
        return
    assert isinstance(jsonrows.payload(value), str)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.990", Decimal("12.990")), (" 5 ", Decimal(5)), (12.5, Decimal("12.5")), (7, Decimal(7)), ("1.299,00", "1.299,00"),
        ("", ""), (None, None), (True, True), (float("inf"), None), (10**30, None),
    ],
)
def test_a_machines_amount_has_a_point(value: object, expected: object) -> None:
    assert jsonrows.decimal(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-05-01T10:00:00+02:00", datetime(2026, 5, 1, 8, tzinfo=UTC)), (1777622400, datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T10:00:00", None), ("soon", None), (-1, None), (True, None), (1e300, None),
    ],
)
def test_an_instant_has_an_offset(value: object, expected: datetime | None) -> None:
    assert jsonrows.instant(value) == expected
