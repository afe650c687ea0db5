"""Reference data that the shop passes on: exchange rates, public holidays, weather."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import holidays

from bazaar import clock
from bazaar.fx import CURRENCIES, rate
from bazaar.shop.customers import COUNTRIES
from bazaar.shop.world import Shop

FX_SOURCE = "bazaar"
KNOWN_AHEAD = 370  # a calendar is known a year ahead


@lru_cache(maxsize=4096)
def euro_rate(currency: str, day: int, seed: int) -> float:
    """Units of the currency for 1 EUR on that day."""
    return rate(currency, day, seed)


def fx_rows(shop: Shop, day: int) -> Iterator[dict[str, Any]]:
    """base EUR, quote each other currency."""
    for currency in CURRENCIES:
        if currency != "EUR":
            value, date = euro_rate(currency, day, shop.seed), str(clock.calendar_day(day))
            yield {"base": "EUR", "quote": currency, "day": date, "rate": f"{value:.6f}", "source": FX_SOURCE}


@lru_cache(maxsize=16)
def _holidays_of(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=range(2020, 2036), language="en_US")


def calendar_rows(day: int) -> Iterator[dict[str, Any]]:
    """Every country's row of one day; `holiday` is absent on ordinary days."""
    date = clock.calendar_day(day)
    for country in COUNTRIES:
        yield {"day": str(date), "country": country, "holiday": _holidays_of(country).get(date)}


def weather_rows(shop: Shop, day: int) -> Iterator[dict[str, Any]]:
    column = shop.weather.column(day)
    for row, region in enumerate(COUNTRIES):
        yield {
            "day": str(clock.calendar_day(day)), "region": region,
            "temperature_c": f"{shop.weather.temperature[row, column]:.1f}",
            "precipitation_mm": f"{shop.weather.rain[row, column]:.1f}",
        }
