from datetime import date

import pytest

from bazaar import clock


def test_day_zero_is_the_start() -> None:
    assert clock.key(0) == "2026-05-05T10:15:00"
    assert clock.iso(0) == "2026-05-05T10:15:00+00:00"
    assert clock.calendar_day(-5) == date(2026, 4, 30)


@pytest.mark.parametrize("day", [-540, -1, 0, 400])
def test_keys_and_instants_give_the_day_back(day: int) -> None:
    assert clock.parse_key(clock.key(day)) == day
    assert clock.day_number(clock.instant(day)) == day


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-05-05"):
        clock.parse_key("2026-05-05")
