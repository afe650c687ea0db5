"""What moves demand, and is hidden: popularity, elasticities, seasons, weather, repeat cycles, companions.

A purchase intent of a shopper of sensitivity level s looks at sku k with a weight proportional to
popularity_k x season_category x (price_k / market price_k) ^ -(elasticity_k x SENSITIVITIES[s]);
the number of intents grows with the sum of those weights, so a sku's own elasticity is the exponent.
"""

import math
from dataclasses import dataclass

import holidays
import numpy as np

from bazaar import clock
from bazaar.rng import FloatArray, IntArray, stream
from bazaar.shop.assortment import Assortment
from bazaar.shop.customers import LATENT, SENSITIVITIES, FloatArray32
from bazaar.shop.days import COUNTRY
from bazaar.shop.weather import Weather

HOLIDAY_FACTOR = 0.6
GIFT_CATEGORIES = {"fragrances": 1.3, "headphones": 0.8, "smartphones": 0.6, "televisions": 0.6, "coffee_machines": 0.5}
YEARLY = {  # category -> (amplitude of the log wave, day of the year of its peak)
    "running_shoes": (0.35, 115), "backpacks": (0.4, 185), "televisions": (0.25, 330), "laptops": (0.2, 250),
    "coffee_machines": (0.2, 340), "power_tools": (0.3, 120), "fragrances": (0.15, 345), "vacuum_cleaners": (0.1, 90),
}
WEATHER = {"running_shoes": 0.05, "backpacks": 0.045, "coffee_machines": -0.03, "televisions": -0.035, "power_tools": 0.02}
REPEAT_DAYS = {"pet_food": 24.0, "fragrances": 75.0}  # consumables: mean days until the next purchase
WEEKDAYS = (1.06, 0.96, 0.95, 0.98, 1.02, 1.08, 0.95)


@dataclass(frozen=True)
class Demand:
    """Hidden parameters; K skus, C categories."""

    popularity: FloatArray  # (K,) sums to 1
    elasticity: FloatArray  # (K,) positive: 2 means that 1 % more in price costs 2 % of units
    weekday: FloatArray  # (C, 7) mean 1
    yearly: FloatArray  # (C, 2) amplitude, peak day of the year
    weather: FloatArray  # (C,) log change per degree above the season
    gift: FloatArray  # (C,) log lift on the day before Christmas
    repeat_days: FloatArray  # (K,) 0 = a durable
    companion: IntArray  # (K,) the sku that is often bought along
    latent: FloatArray32  # (K, LATENT)


def build_demand(assortment: Assortment, popularity: FloatArray, seed: int) -> Demand:
    """Hidden demand of the assortment; `popularity` is the catalogue's share of each sku."""
    rng = stream(seed, "shop", "demand")
    names, count = assortment.category_names, len(assortment)
    tempered = popularity**0.6
    base = rng.uniform(1.3, 2.9, len(names))
    elasticity = (base[assortment.category_index] + rng.normal(0, 0.35, count)).clip(0.6, 4.2)
    weekday = np.array(WEEKDAYS) * rng.normal(1, 0.09, (len(names), 7)).clip(0.7, 1.3)
    brand, group = rng.normal(0, 0.85, (int(assortment.brand_index.max()) + 1, LATENT)), _groups(assortment, rng)
    latent = brand[assortment.brand_index] + group[assortment.group_index] + rng.normal(0, 0.25, (count, LATENT))
    return Demand(
        popularity=tempered / tempered.sum(),
        elasticity=elasticity,
        weekday=weekday / weekday.mean(axis=1, keepdims=True),
        yearly=np.array([YEARLY.get(name, (0.0, 1)) for name in names], dtype=float),
        weather=np.array([WEATHER.get(name, 0.0) for name in names]),
        gift=np.array([GIFT_CATEGORIES.get(name, 0.1) for name in names]),
        repeat_days=np.array([REPEAT_DAYS.get(names[c], 0.0) for c in assortment.category_index]),
        companion=rng.choice(count, count, p=tempered / tempered.sum()),
        latent=latent.astype(np.float32),
    )


def _groups(assortment: Assortment, rng: np.random.Generator) -> FloatArray:
    return np.asarray(rng.normal(0, 0.6, (int(assortment.group_index.max()) + 1, LATENT)))


def season_factor(demand: Demand, weather: Weather, day: int) -> FloatArray:
    """(C,) how much each category's demand is lifted on that business day: weekday, year, holiday, weather, gifts."""
    date = clock.calendar_day(day)
    of_year = date.timetuple().tm_yday
    wave = demand.yearly[:, 0] * np.cos(2 * math.pi * (of_year - demand.yearly[:, 1]) / 365.25)
    ramp = max(0.0, 1 - (358 - of_year) / 30) if of_year <= 358 else 0.0
    degrees = float(weather.anomaly[0, weather.column(day)])
    lift = np.exp(wave + demand.gift * ramp + demand.weather * degrees)
    factor = lift * demand.weekday[:, date.weekday()]
    return np.asarray(factor * HOLIDAY_FACTOR if is_holiday(day) else factor)


_HOLIDAYS = holidays.country_holidays(COUNTRY, years=range(2020, 2036))


def is_holiday(day: int) -> bool:
    """Whether the day is a public holiday in the shop's own country."""
    return clock.calendar_day(day) in _HOLIDAYS


def price_weight(demand: Demand, market_price: FloatArray, price: FloatArray) -> FloatArray:
    """(levels, K) how prices move the weight of each sku for shoppers of each sensitivity, bounded to [1/8, 8]."""
    relative = np.log(np.maximum(price, 0.01) / market_price)
    exponent = -np.outer(np.array(SENSITIVITIES), demand.elasticity * relative)
    return np.asarray(np.exp(exponent.clip(-2.08, 2.08)))
