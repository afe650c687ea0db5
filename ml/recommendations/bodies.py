"""What is written: one row of items per customer, per country and per product."""

from typing import Any

import numpy as np
import pandas as pd

from ml.recommendations.candidates import Candidates, Signals, candidates
from ml.recommendations.config import COMPONENTS, POPULARITY, Config, Weights
from ml.recommendations.features import EVERYWHERE, Dataset, Ints
from ml.recommendations.model import Ranking, rank
from ml.recommendations.reasons import Reason, as_item, explain, place_name, popular, short, together
from ml.recommendations.similarity import KINDS as SIMILAR
from ml.recommendations.sparse import top_k_rows

SIMILAR_WEIGHT = {"together": 0.5, "also_bought": 0.3, "also_viewed": 0.2}

Body = list[dict[str, Any]]


def recommendation_rows(dataset: Dataset, known: Signals, weights: Weights, config: Config) -> pd.DataFrame:
    """customer_key, items: for every active customer, in chunks that bound the memory."""
    active = np.flatnonzero(dataset.active).astype(np.int64)
    rows: dict[str, Body] = {}
    for start in range(0, len(active), config.chunk):
        rows |= _bodies(dataset, known, active[start : start + config.chunk], weights, config)
    return pd.DataFrame({"customer_key": list(rows), "items": list(rows.values())})


def _bodies(dataset: Dataset, known: Signals, customers: Ints, weights: Weights, config: Config) -> dict[str, Body]:
    found = candidates(dataset, known, customers, config, dataset.items.available)
    ranking = rank(found, weights, config.items_per_customer, dataset.items, config)
    bodies: dict[str, Body] = {dataset.customers[code]: [] for code in customers}
    for code, body in zip(ranking.customer, _items(dataset, ranking, explain(dataset, known, ranking)), strict=True):
        bodies[dataset.customers[code]].append(body)
    return {key: body for key, body in bodies.items() if body}


def _items(dataset: Dataset, ranking: Ranking, reasons: list[Reason]) -> Body:
    ids = dataset.items.ids[ranking.item]
    return [as_item(*row) for row in zip(ids, ranking.score, reasons, strict=True)]


def trending_rows(dataset: Dataset, known: Signals, config: Config) -> pd.DataFrame:
    """country, items: every country with enough of its own, and `*` for everywhere."""
    trend = known.trends
    scores = top_k_rows(_available(trend.score, dataset), 10 * config.trending_per_country).tocoo()
    order = np.lexsort((scores.col, scores.row))
    row, item = scores.row[order].astype(np.int64), scores.col[order].astype(np.int64)
    parts = np.zeros((len(row), len(COMPONENTS)))
    parts[:, -1] = scores.data[order]
    ranking = rank(Candidates(row, item, parts), POPULARITY, config.trending_per_country, dataset.items, config)
    bodies: dict[int, Body] = {place: [] for place in range(len(trend.row_country))}
    reasons = [
        popular(place_name(dataset, int(trend.row_country[r])), bool(trend.week[r, i]))
        for r, i in zip(ranking.customer, ranking.item, strict=True)
    ]
    for place, body in zip(ranking.customer, _items(dataset, ranking, reasons), strict=True):
        bodies[int(place)].append(body)
    countries = [dataset.countries[code] or EVERYWHERE for code in trend.row_country]
    return pd.DataFrame({"country": countries, "items": list(bodies.values())})


def _available(score: np.ndarray[Any, Any], dataset: Dataset) -> Any:  # noqa: ANN401
    from scipy import sparse

    return sparse.csr_matrix(score * dataset.items.available)


def similar_rows(dataset: Dataset, known: Signals, config: Config) -> pd.DataFrame:
    """product_id, items: what goes with each available product; what is popular in its category fills up."""
    neighbours = _neighbours(dataset, known, config)
    fillers = _fillers(dataset, known, config)
    rows = []
    for item in np.flatnonzero(dataset.items.available):
        chosen = neighbours.get(int(item), [])
        have = {other for other, _, _ in chosen} | {int(item)}
        more = [filler for filler in fillers[int(dataset.items.category[item])] if filler[0] not in have]
        body = [
            as_item(dataset.items.ids[other], score, reason)
            for other, score, reason in (chosen + more)[: config.similar_per_product]
        ]
        rows.append((str(dataset.items.ids[item]), body))
    return pd.DataFrame(rows, columns=["product_id", "items"])


Neighbour = tuple[int, float, Reason]


def _neighbours(dataset: Dataset, known: Signals, config: Config) -> dict[int, list[Neighbour]]:
    parts = {kind: known.similarity.get(kind) * SIMILAR_WEIGHT[kind] for kind in SIMILAR}
    total = sum(parts.values()).tocsr()
    best = top_k_rows(total.multiply(dataset.items.available[np.newaxis, :]).tocsr(), config.similar_per_product).tocoo()
    order = np.lexsort((best.col, -best.data, best.row))
    row, col, score = best.row[order], best.col[order], best.data[order]
    if not len(row):
        return {}
    main = np.argmax(np.column_stack([np.asarray(parts[kind][row, col]).ravel() for kind in SIMILAR]), axis=1)
    found: dict[int, list[Neighbour]] = {}
    for r, c, s, m in zip(row.tolist(), col.tolist(), score.tolist(), main.tolist(), strict=True):
        found.setdefault(r, []).append((c, s, _goes_with(SIMILAR[m], dataset.items.titles[r])))
    return found


def _goes_with(kind: str, title: str) -> Reason:
    """On a product's own page nobody is `you`: visits are told of customers."""
    if kind == "also_viewed":
        return Reason("also_viewed", f"Customers who viewed {short(title)} also viewed this", "similar")
    return together(kind, title)


def _fillers(dataset: Dataset, known: Signals, config: Config) -> dict[int, list[Neighbour]]:
    """Per category its most popular available items; scores below any real neighbour's."""
    items, score = dataset.items, known.trends.score[0] * dataset.items.available
    found: dict[int, list[Neighbour]] = {code: [] for code in range(len(items.categories))}
    for item in np.argsort(-score, kind="stable"):
        if score[item] <= 0:
            break
        name = items.categories[items.category[item]]
        place = found[int(items.category[item])]
        if len(place) <= config.similar_per_product:
            place.append((int(item), float(score[item]) * 1e-3, Reason("popular_in_category", f"Popular in {name}", "trending")))
    return found
