"""What recommendations read: interactions, products and customers known at `as_of`, as integer codes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.core.warehouse_io import read_frame
from ml.recommendations.config import Config

PURCHASE, CART, SAVE, CLICK, VIEW = range(5)
KINDS = {"purchase": PURCHASE, "cart": CART, "save": SAVE, "click": CLICK, "view": VIEW}
EVERYWHERE = "*"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """Interactions as parallel arrays; customer -1 = anonymous, country 0 = unknown; `at` in days since 1970, UTC."""

    customer: Ints
    item: Ints
    at: Floats
    kind: Ints
    country: Ints

    def __len__(self) -> int:
        return len(self.item)

    def where(self, mask: NDArray[np.bool_] | Ints) -> "History":
        return History(self.customer[mask], self.item[mask], self.at[mask], self.kind[mask], self.country[mask])

    def before(self, day: float) -> "History":
        return self.where(self.at < day)

    def between(self, start: float, end: float) -> "History":
        return self.where((self.at >= start) & (self.at < end))

    def of_kinds(self, *kinds: int) -> "History":
        return self.where(np.isin(self.kind, kinds))

    def known(self) -> "History":
        return self.where(self.customer >= 0)


@dataclass(frozen=True)
class Items:
    """The recommendable world: parallel arrays over item codes."""

    ids: NDArray[np.str_]
    titles: list[str]
    categories: list[str]
    category: Ints
    group: Ints
    available: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Dataset:
    """Everything of one `as_of`. customer_country: the country code of each customer; now: `as_of` in days since 1970."""

    items: Items
    customers: list[str]
    customer_country: Ints
    countries: list[str]
    history: History
    active: NDArray[np.bool_]
    now: float


def days(instant: datetime) -> float:
    return instant.timestamp() / 86400


def read(as_of: datetime, config: Config) -> Dataset:
    """Read the features of `as_of`. Raises BadInputError when there is no product to recommend."""
    since = as_of - timedelta(days=config.history_days)
    products = read_frame(
        """select product_id::text as product_id, item_group_id::text as item_group_id, title, category, is_available
           from features.product_attributes
           where as_of = (select max(as_of) from features.product_attributes where as_of <= %(as_of)s) order by product_id""",
        {"as_of": as_of},
    )
    customers = read_frame(
        """select customer_key, country, registered_at, last_order_at from features.customer_profiles
           where as_of = (select max(as_of) from features.customer_profiles where as_of <= %(as_of)s) order by customer_key""",
        {"as_of": as_of},
    )
    interactions = read_frame(
        """select customer_key, product_id::text as product_id, extract(epoch from event_at)::float8 / 86400 as at, kind, country
           from features.interactions
           where kind <> 'impression' and event_at > %(since)s and event_at <= %(as_of)s and as_of <= %(as_of)s""",
        {"as_of": as_of, "since": since},
    )
    if products.empty:
        raise BadInputError("no product is known", f"features.product_attributes at {as_of:%Y-%m-%dT%H:%M:%S}")
    return encode(products, customers, interactions, as_of, config)


def encode(
    products: pd.DataFrame, customers: pd.DataFrame, interactions: pd.DataFrame, as_of: datetime, config: Config
) -> Dataset:
    """Turn the three frames (columns as read) into codes; interactions of unlisted products are left out."""
    items = _items(products)
    countries = ["", *sorted({str(c) for c in pd.concat([customers["country"], interactions["country"]]).dropna()} - {""})]
    code = {name: place for place, name in enumerate(countries)}
    keys = sorted({str(k) for k in pd.concat([customers["customer_key"], interactions["customer_key"]]).dropna()})
    history = _history(interactions, items, keys, code)
    country = _customer_countries(customers, history, keys, code)
    dataset = Dataset(items, keys, country, countries, history, np.zeros(len(keys), bool), days(as_of))
    return replace(dataset, active=_active(dataset, customers, as_of, config))


def _items(products: pd.DataFrame) -> Items:
    category = products["category"].fillna("other").astype(str)
    codes, names = pd.factorize(category, sort=True)
    group, _ = pd.factorize(products["item_group_id"].fillna(products["product_id"]))
    return Items(
        products["product_id"].to_numpy(dtype=np.str_), [str(t) for t in products["title"].fillna("")], [str(n) for n in names],
        codes.astype(np.int64), group.astype(np.int64), products["is_available"].fillna(False).to_numpy(dtype=bool),
    )


def _places(known: list[str] | NDArray[np.str_], names: "pd.Series[Any]") -> Ints:
    """Where each name stands in a list without repetitions; -1 where it does not."""
    return np.asarray(pd.Index(list(known), dtype="str").get_indexer(pd.Index(names.astype("str"))), dtype=np.int64)


def _codes(names: "pd.Series[Any]", code: dict[str, int], otherwise: int) -> Ints:
    return np.asarray(names.map(code).fillna(otherwise), dtype=np.int64)


def _history(interactions: pd.DataFrame, items: Items, keys: list[str], code: dict[str, int]) -> History:
    item = _places(items.ids, interactions["product_id"])
    kind = _codes(interactions["kind"], KINDS, -1)
    order = np.lexsort((kind, item, interactions["at"].to_numpy(dtype=np.float64)))
    whole = History(
        _places(keys, interactions["customer_key"]), item,
        interactions["at"].to_numpy(dtype=np.float64), kind,
        _codes(interactions["country"], code, 0),
    )
    ordered = whole.where(order)
    return ordered.where((ordered.item >= 0) & (ordered.kind >= 0))


def _customer_countries(customers: pd.DataFrame, history: History, keys: list[str], code: dict[str, int]) -> Ints:
    """The profile's country; where it says none, the newest interaction's."""
    country = np.zeros(len(keys), np.int64)
    known = history.known()
    seen = known.country > 0
    country[known.customer[seen]] = known.country[seen]
    place = _places(keys, customers["customer_key"])
    said = _codes(customers["country"], code, 0)
    country[place[said > 0]] = said[said > 0]
    return country


def _active(dataset: Dataset, customers: pd.DataFrame, as_of: datetime, config: Config) -> NDArray[np.bool_]:
    since = as_of - timedelta(days=config.active_days)
    active = np.zeros(len(dataset.customers), bool)
    recent = dataset.history.known().where(dataset.history.known().at > days(since))
    active[recent.customer] = True
    dated = customers[["registered_at", "last_order_at"]].max(axis=1)
    place = _places(dataset.customers, customers["customer_key"])
    active[place[((dated > since) & (dated <= as_of)).to_numpy()]] = True
    return active
