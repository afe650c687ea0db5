"""Weather by region and day: a yearly wave and a slow random walk, known from the history's first day on."""

import math
from dataclasses import dataclass

import numpy as np

from bazaar import clock
from bazaar.rng import FloatArray, stream
from bazaar.shop.customers import COUNTRIES, NEWCOMER_DAYS
from bazaar.sizes import WorldSize

MEAN_C = {"DE": 9.8, "AT": 9.1, "FR": 12.4, "NL": 10.6, "IT": 14.8, "ES": 16.2, "PL": 8.9, "SE": 6.4, "GB": 10.3}
SWING_C = 9.0
WARMEST_DAY_OF_YEAR = 200


@dataclass(frozen=True)
class Weather:
    """Temperatures (degrees Celsius) and rain (mm) as arrays (regions, days); the first column is `first_day`."""

    first_day: int
    temperature: FloatArray
    rain: FloatArray
    anomaly: FloatArray  # temperature less what the season has, degrees

    def column(self, day: int) -> int:
        return day - self.first_day


def build_weather(size: WorldSize, seed: int) -> Weather:
    """Weather of every region from the history's first day to a year past day 0."""
    first = -size.history_days - 1
    span = size.history_days + 1 + NEWCOMER_DAYS
    season = np.array([_season(day) for day in range(first, first + span)])
    temperature, rain, anomaly = np.empty((3, len(COUNTRIES), span))
    for row, region in enumerate(COUNTRIES):
        rng = stream(seed, "shop", "weather", region)
        anomaly[row] = _walk(rng.normal(0, 1.7, span))
        temperature[row] = MEAN_C[region] + SWING_C * season + anomaly[row]
        rain[row] = np.where(rng.random(span) < 0.42, rng.exponential(4.0, span), 0.0)
    return Weather(first, temperature.round(1), rain.round(1), anomaly)


def _season(day: int) -> float:
    of_year = clock.calendar_day(day).timetuple().tm_yday
    return math.cos(2 * math.pi * (of_year - WARMEST_DAY_OF_YEAR) / 365.25)


def _walk(shocks: FloatArray) -> FloatArray:
    """A first-order autoregression with memory 0.8."""
    values = np.empty_like(shocks)
    level = 0.0
    for place, shock in enumerate(shocks):
        level = 0.8 * level + float(shock)
        values[place] = level
    return values
