"""Exchange rates by day: units of a currency for one euro. The shop feeds them; merchants price with the mid rate.

The walk is a sum of slow waves, so that any day is known without the day before it.
"""

import math

from bazaar.rng import number

MID_RATES: dict[str, float] = {
    "EUR": 1.0,
    "USD": 1.1240,
    "GBP": 0.8510,
    "SEK": 11.0500,
    "PLN": 4.2700,
    "CHF": 0.9420,
    "DKK": 7.4600,
    "NOK": 11.6200,
    "CZK": 24.9000,
    "JPY": 161.5000,
}
CURRENCIES = tuple(MID_RATES)
PERIODS_DAYS = (11.0, 37.0, 131.0, 403.0)
SWINGS = (0.002, 0.004, 0.011, 0.018)


def rate(currency: str, day: int, seed: int) -> float:
    """Units of `currency` for 1 EUR on that day, 6 decimals. Raises KeyError for a currency that the bazaar has not."""
    if currency == "EUR":
        return 1.0
    wave = 0.0
    for period, swing in zip(PERIODS_DAYS, SWINGS, strict=True):
        phase = number(seed, "fx", currency, int(period)) % 10_000 / 10_000
        wave += swing * math.sin(2 * math.pi * (day / period + phase))
    return round(MID_RATES[currency] * (1 + wave), 6)
