import pytest

from bazaar import fx


@pytest.mark.parametrize("currency", fx.CURRENCIES)
def test_rates_stay_near_the_mid_rate(currency: str) -> None:
    rates = [fx.rate(currency, day, 7) for day in range(-540, 60, 7)]
    assert all(abs(rate / fx.MID_RATES[currency] - 1) < 0.05 for rate in rates)
    assert currency == "EUR" or len(set(rates)) > 50


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(KeyError):
        fx.rate("XXX", 0, 7)
