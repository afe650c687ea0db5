"""The true catalogue: every sellable variant that exists in the world, as parallel arrays.

A *group* is a model (what a shop calls a product), a *product* here is one sellable variant of it: `true_id` = index + 1.
"""

from dataclasses import dataclass, field
from itertools import product as cartesian
from itertools import zip_longest

import numpy as np

from bazaar.gtin import gtin13, gtin14
from bazaar.rng import BoolArray, FloatArray, IntArray, TextArray, stream
from bazaar.sizes import WorldSize
from bazaar.vocabulary import Category, categories

LATEST_LAUNCH_DAY = 180
AXIS_STEP = 1.22
POWER_OF_AMOUNT = {"weight": 0.75, "volume": 0.6, "pack": 0.93}
AXIS_VALUES = (0.78, 0.16, 0.05, 0.01)  # shares of axes with 1, 2, 3, 4 values in a model
SIBLINGS = (0.75, 0.2, 0.05)  # shares of series with 1, 2, 3 models that differ by a suffix only
MOST_VARIANTS = 4
RANGES, GENERATIONS = 5, 4  # series of a brand's line, and the generations of each
SERIES_LETTERS = list("ABCDEFGHJKLMNPRSTVWXZ")
TINY_SIBLINGS = 2

Member = tuple[int, str, str, str, str]  # category, brand, line, series, suffix
Options = tuple[tuple[str, str], ...]  # (axis, value) in the category's order of axes


@dataclass(frozen=True)
class Catalogue:
    """n variants as arrays of length n; `house` holds the indices of the variants that the house shop sells."""

    seed: int
    true_id: IntArray
    group: IntArray  # number of the item group, from 1
    category: IntArray  # index into `category_names`
    category_names: tuple[str, ...]
    category_path: TextArray
    brand: TextArray
    line: TextArray  # e.g. "Orion 7 Pro": brand, line, model and options make the title
    model: TextArray  # manufacturer's code of the group, e.g. "VEL-OR730P"
    mpn: TextArray  # manufacturer's code of the variant
    feature: TextArray
    options: TextArray  # per variant a tuple of (axis, value)
    title: TextArray  # clean English title
    price_eur: FloatArray  # regular market price
    cost_eur: FloatArray  # what a large shop pays
    popularity: FloatArray  # sums to 1, long tail
    gtin: TextArray  # 14 digits, valid
    launch_day: IntArray  # first day on the market; most before the history starts
    image_path: TextArray  # path under any bazaar site, e.g. /images/12.svg
    description: TextArray
    house: IntArray
    house_sku: TextArray = field(repr=False)  # sku of house[i]

    def __len__(self) -> int:
        return len(self.true_id)

    def variant_title(self, index: int) -> str:
        """The variant as a shop writes it, e.g. `128GB / Black`."""
        return " / ".join(value for _, value in self.options[index])

    def launched(self, day: int) -> BoolArray:
        return np.asarray(self.launch_day <= day)


@dataclass(frozen=True)
class Group:
    """A model with the options of its variants."""

    category: int
    brand: str
    line: str
    model: str
    feature: str
    price_eur: float
    options: list[Options]


def _options(category: Category, rng: np.random.Generator, room: int) -> list[Options]:
    """A few neighbouring values of each axis: most models come in one or two variants, some in many."""
    chosen: list[list[tuple[str, str]]] = []
    for axis, values in category.axes.items():
        count = min(int(rng.choice(len(AXIS_VALUES), p=AXIS_VALUES)) + 1, len(values))
        first = int(rng.integers(0, len(values) - count + 1))
        picked = values[first : first + count]
        chosen.append([(axis, value) for value in picked])
    return [tuple(combination) for combination in cartesian(*chosen)][: min(MOST_VARIANTS, room)]


def _model_code(brand: str, line: str, series: str, suffix: str, rng: np.random.Generator) -> str:
    """E.g. `VEO-QX730P41`: brand, line, series and suffix, then digits that nobody can guess."""
    return f"{brand[:2]}{line[0]}-{series}{suffix[:1]}{int(rng.integers(10, 99))}".upper()


def _category_families(index: int, category: Category, rng: np.random.Generator) -> list[list[Member]]:
    """The category's families in a seeded order: a family is one generation of a line with its sibling models."""
    families: list[list[Member]] = []
    for brand, line, _ in cartesian(category.brands, category.lines, range(RANGES)):
        first, step = int(rng.integers(11, 80)) * 10, int(rng.choice([10, 20, 50, 70, 110]))
        letters = "".join(rng.choice(SERIES_LETTERS, int(rng.integers(0, 3))))
        for generation in range(GENERATIONS):
            order = rng.permutation(len(category.suffixes))[: 1 + int(rng.choice(len(SIBLINGS), p=SIBLINGS))]
            series = f"{letters}{first + generation * step}"
            families.append([(index, brand, line, series, category.suffixes[place]) for place in order])
    return [families[place] for place in rng.permutation(len(families))]


def _families(size: WorldSize, rng: np.random.Generator) -> list[Member]:
    """All members in an order that takes the categories in turn and keeps siblings together."""
    siblings = TINY_SIBLINGS if size.products < 100 else None
    turns = zip_longest(*(_category_families(index, category, rng) for index, category in enumerate(categories())))
    return [member for turn in turns for family in turn if family for member in family[:siblings]]


def _groups(size: WorldSize, seed: int) -> list[Group]:
    rng = stream(seed, "catalogue", "groups")
    groups: list[Group] = []
    count = 0
    for category_index, brand, line, series, suffix in _families(size, rng):
        if count >= size.products:
            break
        category = categories()[category_index]
        low, high = np.log(category.price[0]), np.log(category.price[1])
        options = _options(category, rng, size.products - count)
        groups.append(
            Group(
                category=category_index,
                brand=brand,
                line=" ".join(filter(None, (line, series, suffix))),
                model=_model_code(brand, line, series, suffix, rng),
                feature=str(rng.choice(category.features)),
                price_eur=float(np.exp(rng.uniform(low, high))),
                options=options,
            )
        )
        count += len(options)
    return groups


def _amount(value: str) -> float:
    """The number that a value starts with: `0.8 kg` is 0.8, `2x` is 2."""
    return float(value.split(maxsplit=1)[0].rstrip("x"))


def _price_factor(options: Options, category: Category) -> float:
    factor = 1.0
    for axis, value in options:
        values = category.axes[axis]
        if axis in POWER_OF_AMOUNT:
            factor *= (_amount(value) / _amount(values[0])) ** POWER_OF_AMOUNT[axis]
        elif axis != "colour" and not value.startswith("EU "):
            factor *= AXIS_STEP ** values.index(value)
    return factor


def _popularity(groups: list[Group], seed: int) -> FloatArray:
    rng = stream(seed, "catalogue", "popularity")
    rank = rng.permutation(len(groups)) + 1.0
    per_group = rank**-0.9
    shares = [rng.dirichlet(np.full(len(group.options), 1.5)) for group in groups]
    weights = np.concatenate([total * share for total, share in zip(per_group, shares, strict=True)])
    return np.asarray(weights / weights.sum())


def _gtins(count: int, seed: int) -> list[str]:
    prefixes = stream(seed, "catalogue", "gtin").integers(400, 440, count)
    return [gtin14(gtin13(f"{prefix}{seed % 1000:03d}{index + 1:06d}")) for index, prefix in enumerate(prefixes)]


def _mpn(group: Group, options: Options) -> str:
    tail = "".join("".join(ch for ch in value.upper() if ch.isalnum())[:4] for _, value in options)
    return f"{group.model}-{tail}"


def _house(popularity: FloatArray, size: WorldSize, seed: int) -> IntArray:
    """The house sells mostly what sells, and some of the tail."""
    noise = stream(seed, "catalogue", "house").gumbel(size=len(popularity))
    order = np.argsort(-(0.7 * np.log(popularity) + noise), kind="stable")
    return np.sort(order[: size.house_skus]).astype(np.int64)


def _launch_days(groups: list[Group], size: WorldSize, seed: int) -> list[int]:
    """Seven of ten models are older than the history, the others are launched in it or a little after day 0."""
    rng = stream(seed, "catalogue", "launch")
    old = rng.random(len(groups)) < 0.7
    day = rng.integers(-size.history_days, min(LATEST_LAUNCH_DAY, size.history_days // 4), len(groups))
    return [int(d) for d in np.where(old, -size.history_days - rng.integers(30, 700, len(groups)), day)]


def _text(values: list[str]) -> TextArray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def build_catalogue(size: WorldSize, seed: int) -> Catalogue:
    """The world's products: `size.products` variants (about), the same for the same seed."""
    groups = _groups(size, seed)
    pairs = [(number, group, options) for number, group in enumerate(groups) for options in group.options]
    popularity = _popularity(groups, seed)
    launch = _launch_days(groups, size, seed)
    rng = stream(seed, "catalogue", "variants")
    noise = rng.normal(1.0, 0.015, len(pairs))
    price = np.array([g.price_eur * _price_factor(o, categories()[g.category]) for _, g, o in pairs]) * noise
    option_array = np.empty(len(pairs), dtype=object)
    for index, (_, _, options) in enumerate(pairs):
        option_array[index] = options
    house = _house(popularity, size, seed)
    titles = [" ".join((g.brand, g.line, *(value for _, value in o), categories()[g.category].noun["en"])) for _, g, o in pairs]
    return Catalogue(
        seed=seed,
        true_id=np.arange(1, len(pairs) + 1, dtype=np.int64),
        group=np.array([number + 1 for number, _, _ in pairs], dtype=np.int64),
        category=np.array([g.category for _, g, _ in pairs], dtype=np.int64),
        category_names=tuple(c.name for c in categories()),
        category_path=_text([categories()[g.category].path for _, g, _ in pairs]),
        brand=_text([g.brand for _, g, _ in pairs]),
        line=_text([g.line for _, g, _ in pairs]),
        model=_text([g.model for _, g, _ in pairs]),
        mpn=_text([_mpn(g, o) for _, g, o in pairs]),
        feature=_text([g.feature for _, g, _ in pairs]),
        options=option_array,
        title=_text(titles),
        price_eur=np.maximum(np.round(price, 2), 1.0),
        cost_eur=np.maximum(np.round(price * rng.uniform(0.55, 0.78, len(pairs)), 2), 0.5),
        popularity=popularity,
        gtin=_text(_gtins(len(pairs), seed)),
        launch_day=np.array([launch[number] for number, _, _ in pairs], dtype=np.int64),
        image_path=_text([f"/images/{number + 1}.svg" for number, _, _ in pairs]),
        description=_text([f"{title}. {g.feature}. Model {g.model}." for title, (_, g, _) in zip(titles, pairs, strict=True)]),
        house=house,
        house_sku=_text([f"H{int(index) + 1:06d}" for index in house]),
    )
