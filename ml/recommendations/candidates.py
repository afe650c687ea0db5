"""Candidates and their component scores for a set of customers at an instant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.recommendations.config import COMPONENTS, Config
from ml.recommendations.features import CART, CLICK, PURCHASE, SAVE, VIEW, Dataset, Floats, History, Ints
from ml.recommendations.similarity import KINDS as SIMILAR
from ml.recommendations.similarity import Similarity
from ml.recommendations.sparse import Csr, PairTable, distinct, matrix, place_in_group, top_k_rows

EVENT_WEIGHT = np.array([1.0, 0.5, 0.5, 0.2, 0.1])  # by kind: purchase, cart, save, click, view
LAST_DAY = 100_000  # days since 1970 stay below it until 2243


@dataclass(frozen=True)
class Trends:
    """Popularity by country row (0 = everywhere; a country with too few items shares row 0), 1 = the most popular.

    row_of_country: country code to row; row_country: row to country code (0 = everywhere);
    week: anyone there touched it in the last 7 days.
    """

    score: Floats
    week: NDArray[np.bool_]
    row_of_country: Ints
    row_country: Ints


@dataclass(frozen=True)
class Signals:
    """What is known of shoppers at an instant: everything that a score or a reason is made of."""

    bought: PairTable
    occasions: PairTable
    interest: PairTable
    touched: dict[int, PairTable]
    owned_profile: PairTable
    viewed_profile: PairTable
    trends: Trends
    similarity: Similarity
    items: int


@dataclass(frozen=True)
class Candidates:
    """Rows of (customer, item) with a column of `parts` per component, sorted by customer, then item."""

    customer: Ints
    item: Ints
    parts: Floats


def signals(dataset: Dataset, history: History, similarity: Similarity, now: float, config: Config) -> Signals:
    """Sum a history (all of it before `now`) into the signals of that instant."""
    items, known = len(dataset.items), history.known()
    bought, others = known.of_kinds(PURCHASE), known.of_kinds(CART, SAVE, CLICK, VIEW)
    owned, viewed = known.of_kinds(PURCHASE, CART, SAVE), known.of_kinds(VIEW, CLICK)
    occasion = _daily(bought, items, now)
    return Signals(
        bought=PairTable.summed(occasion.key, _fade(occasion.age, config.bought_half_life)),
        occasions=PairTable.summed(occasion.key, np.ones(len(occasion.key))),
        interest=_weighted(others, items, now, config.interest_half_life),
        touched={kind: _seen(known.of_kinds(kind), items) for kind in (CART, SAVE, CLICK, VIEW)},
        owned_profile=_weighted(owned, items, now, config.profile_half_life),
        viewed_profile=_weighted(viewed, items, now, config.interest_half_life),
        trends=trends(dataset, history, now, config),
        similarity=similarity, items=items,
    )


@dataclass(frozen=True)
class _Days:
    """Distinct (customer, item, day): the pair's key and the day's age."""

    key: Ints
    age: Floats


def _daily(history: History, items: int, now: float) -> _Days:
    key = (history.customer * items + history.item) * LAST_DAY + np.floor(history.at).astype(np.int64)
    found = distinct(key)
    return _Days(found // LAST_DAY, np.maximum(now - found % LAST_DAY, 0.0))


def _fade(age: Floats, half_life: float) -> Floats:
    return np.asarray(0.5 ** (age / half_life))


def _weighted(history: History, items: int, now: float, half_life: float) -> PairTable:
    weight = EVENT_WEIGHT[history.kind] * _fade(now - history.at, half_life)
    return PairTable.summed(history.customer * items + history.item, weight)


def _seen(history: History, items: int) -> PairTable:
    keys = distinct(history.customer * items + history.item)
    return PairTable(keys, np.ones(len(keys)))


def trends(dataset: Dataset, history: History, now: float, config: Config) -> Trends:
    """Decayed weights of the last `trending_days`, per country and everywhere, scaled so that the best item of a row has 1."""
    items, recent = len(dataset.items), history.between(now - config.trending_days, now + 1e-9)
    weight = EVENT_WEIGHT[recent.kind] * _fade(now - recent.at, config.trending_half_life)
    shape = (len(dataset.countries), items)
    by_country = matrix(recent.country, recent.item, weight, shape).toarray()
    fresh = recent.at > now - 7
    week = matrix(recent.country[fresh], recent.item[fresh], np.ones(int(fresh.sum())), shape).toarray() > 0
    rows = np.flatnonzero((by_country > 0).sum(axis=1) >= config.trending_min_items)
    rows = rows[rows > 0]
    row_of_country = np.zeros(len(dataset.countries), np.int64)
    row_of_country[rows] = np.arange(1, len(rows) + 1)
    score = np.vstack([by_country.sum(axis=0), by_country[rows]])
    best = np.maximum(score.max(axis=1, keepdims=True), 1e-12)
    return Trends(score / best, np.vstack([week.any(axis=0), week[rows]]), row_of_country, np.append(0, rows))


def profile(table: PairTable, customers: Ints, items: int) -> Csr:
    """The rows of `customers` (sorted) of a pair table as a matrix (len(customers) x items)."""
    start, end = np.searchsorted(table.keys, customers * items), np.searchsorted(table.keys, (customers + 1) * items)
    counts = end - start
    row = np.repeat(np.arange(len(customers)), counts)
    place = np.repeat(start, counts) + place_in_group(row)
    return matrix(row, table.keys[place] % items, table.values[place], (len(customers), items))


def similar_scores(known: Signals, customers: Ints, kind: str) -> Csr:
    """Profile x similarity (len(customers) x items), each row's best scaled to 1."""
    source = known.viewed_profile if kind == "also_viewed" else known.owned_profile
    scores = profile(source, customers, known.items) @ known.similarity.get(kind)
    best = np.asarray(scores.max(axis=1).todense()).ravel() if scores.nnz else np.zeros(len(customers))
    scores.data = scores.data / np.repeat(np.maximum(best, 1e-12), np.diff(scores.indptr))
    return scores


def candidates(
    dataset: Dataset, known: Signals, customers: Ints, config: Config, allowed: NDArray[np.bool_] | None = None
) -> Candidates:
    """The union of each component's best items per customer (sorted codes), of `allowed` items only (default: all)."""
    from scipy import sparse

    mask = sparse.diags(np.ones(known.items) if allowed is None else allowed.astype(float)).tocsr()
    scores = {name: _component(dataset, known, customers, name, config) @ mask for name in COMPONENTS}
    coo = {name: top_k_rows(part, config.candidates).tocoo() for name, part in scores.items()}
    keys = {name: part.row.astype(np.int64) * known.items + part.col for name, part in coo.items()}
    union = distinct(np.concatenate(list(keys.values())))
    parts = np.zeros((len(union), len(COMPONENTS)))
    for place, name in enumerate(COMPONENTS):
        parts[np.searchsorted(union, keys[name]), place] = coo[name].data
    row, item = union // known.items, union % known.items
    parts[:, -1] = known.trends.score[known.trends.row_of_country[dataset.customer_country[customers[row]]], item]
    return Candidates(customers[row], item, parts)


def _component(dataset: Dataset, known: Signals, customers: Ints, name: str, config: Config) -> Csr:
    if name in SIMILAR:
        return similar_scores(known, customers, name)
    if name == "trending":
        return _trending_rows(dataset, known, customers, config)
    table = known.bought if name == "bought" else known.interest
    return profile(PairTable(table.keys, table.values / (1 + table.values)), customers, known.items)


def _trending_rows(dataset: Dataset, known: Signals, customers: Ints, config: Config) -> Csr:
    from scipy import sparse

    best = top_k_rows(sparse.csr_matrix(known.trends.score), 3 * config.candidates)
    return best[known.trends.row_of_country[dataset.customer_country[customers]]]
