from collections import Counter

from bazaar.illness import ILLNESSES, spread


def test_three_merchants_in_ten_are_ill_with_everything_there_is() -> None:
    ill = spread(1000, 7)
    assert len(ill) == 300
    assert set(Counter(ill.values()).values()) == {300 // len(ILLNESSES)}
    assert set(ill.values()) == set(ILLNESSES)
    assert ill == spread(1000, 7) != spread(1000, 8)
