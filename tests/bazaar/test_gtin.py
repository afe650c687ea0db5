import pytest

from bazaar import gtin


@pytest.mark.parametrize(("body", "digit"), [("400638133393", 1), ("1234567", 0), ("03600029145", 2)])
def test_check_digit_of_known_codes(body: str, digit: int) -> None:
    assert gtin.check_digit(body) == digit


def test_a_made_gtin_is_valid_and_a_broken_one_is_not() -> None:
    made = gtin.gtin13("400638133393")
    assert made == "4006381333931"
    assert gtin.is_valid(made)
    assert gtin.is_valid(gtin.gtin14(made))
    assert not gtin.is_valid(gtin.broken(made))


@pytest.mark.parametrize("text", ["", "abc", "400638133393a", "123"])
def test_other_texts_are_no_gtin(text: str) -> None:
    assert not gtin.is_valid(text)
