"""The shop's customers and what they hide: tastes, sensitivity to prices, rhythm. Newcomers come every day, also after day 0."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bazaar.rng import BoolArray, FloatArray, IntArray, stream
from bazaar.shop import days
from bazaar.shop.assortment import Assortment
from bazaar.sizes import WorldSize

FloatArray32 = npt.NDArray[np.float32]

LATENT = 8
NEWCOMER_DAYS = 400  # how far past day 0 newcomers are known to the generator
SHARE_BEFORE_HISTORY = 0.4
PET_OWNERS = 0.35
SENSITIVITIES = (0.55, 0.85, 1.15, 1.6)  # multiplies a sku's elasticity
SENSITIVITY_SHARES = (0.25, 0.25, 0.3, 0.2)  # their mean is 1.015
COUNTRIES = ("DE", "AT", "FR", "NL", "IT", "ES", "PL", "SE", "GB")
COUNTRY_SHARES = (0.5, 0.1, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.04)
CURRENCY = {"PL": "PLN", "SE": "SEK", "GB": "GBP"}
LANGUAGE = {"DE": "de", "AT": "de", "FR": "fr", "NL": "nl", "IT": "it", "ES": "es", "PL": "pl", "SE": "sv", "GB": "en"}
CITIES = {
    "DE": ("Berlin", "Hamburg", "Munich", "Cologne", "Leipzig", "Stuttgart"), "AT": ("Vienna", "Graz", "Linz"),
    "FR": ("Paris", "Lyon", "Lille"), "NL": ("Amsterdam", "Utrecht"), "IT": ("Milan", "Rome"), "ES": ("Madrid", "Valencia"),
    "PL": ("Warsaw", "Gdansk"), "SE": ("Stockholm", "Malmo"), "GB": ("London", "Leeds"),
}
CHANNELS = ("search", "direct", "newsletter", "social", "affiliate")
CHANNEL_SHARES = (0.35, 0.25, 0.12, 0.18, 0.1)
FIRST_NAMES = ("Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hugo", "Ines", "Jan", "Katja", "Luis", "Mara", "Nils",
               "Olga", "Paul", "Rosa", "Sven", "Tara", "Yusuf")
LAST_NAMES = ("Albrecht", "Bauer", "Conti", "Dubois", "Eriksson", "Fischer", "Garcia", "Hoffmann", "Ivanova", "Jansen", "Keller",
              "Lindner", "Moreau", "Nowak", "Olsen", "Petit", "Rossi", "Schmidt", "Thomas", "Weber")
HOUR_PROFILES = (  # relative activity by local hour: early birds, evening people, night owls
    (0, 0, 0, 0, 1, 4, 9, 10, 9, 8, 7, 7, 7, 6, 5, 5, 5, 5, 4, 3, 2, 1, 1, 0),
    (1, 0, 0, 0, 0, 0, 1, 2, 3, 3, 4, 4, 5, 4, 4, 4, 5, 6, 8, 10, 12, 11, 8, 3),
    (6, 4, 3, 1, 0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 4, 4, 4, 5, 6, 7, 8, 9, 11, 10),
)


@dataclass(frozen=True)
class Customers:
    """N people as parallel arrays, in the order of their registration day; those after day 0 come later."""

    native_id: tuple[str, ...]
    name: tuple[str, ...]
    email: tuple[str, ...]
    country: IntArray  # index into COUNTRIES
    city: tuple[str, ...]
    channel: IntArray  # index into CHANNELS
    newsletter: BoolArray
    registered_at: IntArray  # seconds since 1970
    registered_day: IntArray
    moved_at: IntArray  # seconds since 1970 of a later change of the record, 0 = never
    activity: FloatArray  # relative rate of orders, mean 1
    level: IntArray  # index into SENSITIVITIES
    rhythm: IntArray  # index into HOUR_PROFILES
    category_taste: FloatArray32  # (N, categories): log preference
    latent_taste: FloatArray32  # (N, LATENT): meets the skus' latent vectors

    def __len__(self) -> int:
        return len(self.native_id)

    def registered_until(self, day: int) -> int:
        """How many had registered by the end of that business day (they stand in order)."""
        return int(np.searchsorted(self.registered_day, day, side="right"))


def daily_newcomers(size: WorldSize) -> float:
    return size.customers * (1 - SHARE_BEFORE_HISTORY) / size.history_days


def _registration_days(size: WorldSize, rng: np.random.Generator) -> IntArray:
    before = round(size.customers * SHARE_BEFORE_HISTORY)
    early = -size.history_days - 1 - np.floor(rng.random(before) * 700)
    during = -size.history_days + np.floor(rng.random(size.customers - before) ** 0.85 * size.history_days)
    after = np.floor(rng.random(round(daily_newcomers(size) * NEWCOMER_DAYS)) * NEWCOMER_DAYS)
    return np.sort(np.concatenate([early, during, after])).astype(np.int64)


def _category_taste(count: int, assortment: Assortment, rng: np.random.Generator) -> FloatArray32:
    width = len(assortment.category_names)
    raw = rng.gamma(0.45, 1.0, (count, width)) + 1e-6
    taste = np.log(raw / raw.mean(axis=1, keepdims=True)).clip(-3.0, 2.2)
    if "pet_food" in assortment.category_names:
        pets = rng.random(count) < PET_OWNERS
        taste[:, assortment.category_names.index("pet_food")] = np.where(pets, 1.6, -6.0)
    return np.asarray(taste, dtype=np.float32)


def _emails(names: list[str], countries: IntArray) -> tuple[str, ...]:
    tail = [COUNTRIES[country].lower() for country in countries]
    return tuple(
        f"{name.lower().replace(' ', '.')}.{n}@mail.example.{top}" for n, (name, top) in enumerate(zip(names, tail, strict=True))
    )


def build_customers(assortment: Assortment, size: WorldSize, seed: int) -> Customers:
    """All customers of the world: `size.customers` by day 0 and the newcomers of the days after it."""
    rng = stream(seed, "shop", "customers")
    day = _registration_days(size, rng)
    count = len(day)
    country = rng.choice(len(COUNTRIES), count, p=COUNTRY_SHARES)
    first, last = rng.integers(0, len(FIRST_NAMES), count), rng.integers(0, len(LAST_NAMES), count)
    names = [f"{FIRST_NAMES[a]} {LAST_NAMES[b]}" for a, b in zip(first, last, strict=True)]
    start = np.array([days.midnight(int(d)) for d in day], dtype=np.int64)
    registered = start + rng.integers(7 * 3600, 22 * 3600, count)
    moves = rng.random(count) < 0.06
    activity = rng.gamma(0.8, 1.0, count) + 0.05
    return Customers(
        native_id=tuple(f"C{100_001 + number}" for number in range(count)),
        name=tuple(names),
        email=_emails(names, country),
        country=country,
        city=tuple(str(rng.choice(CITIES[COUNTRIES[c]])) for c in country),
        channel=rng.choice(len(CHANNELS), count, p=CHANNEL_SHARES),
        newsletter=rng.random(count) < 0.4,
        registered_at=registered,
        registered_day=day,
        moved_at=np.where(moves, registered + rng.integers(20, 400, count) * 86_400, 0),
        activity=activity / activity.mean(),
        level=rng.choice(len(SENSITIVITIES), count, p=SENSITIVITY_SHARES),
        rhythm=rng.choice(len(HOUR_PROFILES), count, p=(0.25, 0.55, 0.2)),
        category_taste=_category_taste(count, assortment, rng),
        latent_taste=rng.normal(0, 0.65, (count, LATENT)).astype(np.float32),
    )
