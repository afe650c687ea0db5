from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.as_of import format_as_of, parse_as_of
from dealhouse.errors import BadInputError


@pytest.mark.parametrize(
    "key", ["2026-05-05T10:15:00", "2026-05-05T10:15:00+00:00", "2026-05-05T12:15:00+02:00", "2026-05-05T10:15:00Z"]
)
def test_every_spelling_of_an_instant_is_one_instant(key: str) -> None:
    assert parse_as_of(key) == datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(microsecond=0)))
def test_a_key_survives_the_round_trip(instant: datetime) -> None:
    assert parse_as_of(format_as_of(instant)) == instant


@pytest.mark.parametrize("key", ["", "yesterday", "2026-13-01T00:00:00"])
def test_what_is_no_instant_is_refused_by_name(key: str) -> None:
    with pytest.raises(BadInputError, match="partition key"):
        parse_as_of(key)
