"""Words that are true by construction: each is made from the very counts that gave the item its score."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.recommendations.candidates import Signals, profile
from ml.recommendations.config import COMPONENTS
from ml.recommendations.features import CART, SAVE, VIEW, Dataset, Ints, Items
from ml.recommendations.model import Ranking
from ml.recommendations.similarity import KINDS as SIMILAR
from ml.recommendations.sparse import distinct

SOURCES = {"bought": "personalised", "interest": "personalised", "trending": "trending"} | dict.fromkeys(SIMILAR, "similar")
CODES = {"together": "bought_together", "also_bought": "also_bought", "also_viewed": "because_you_viewed"}
LONGEST_TITLE = 60
INTERESTS = (
    (CART, "in_cart_before", "You put {} in your cart"), (SAVE, "saved_before", "You saved {}"),
    (VIEW, "viewed_before", "You viewed {}"),
)
COUNTRIES = {
    "AT": "Austria", "BE": "Belgium", "BG": "Bulgaria", "CH": "Switzerland", "CY": "Cyprus", "CZ": "Czechia",
    "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "ES": "Spain", "FI": "Finland", "FR": "France",
    "GB": "the United Kingdom", "GR": "Greece", "HR": "Croatia", "HU": "Hungary", "IE": "Ireland", "IT": "Italy",
    "LT": "Lithuania", "LU": "Luxembourg", "LV": "Latvia", "MT": "Malta", "NL": "the Netherlands", "NO": "Norway",
    "PL": "Poland", "PT": "Portugal", "RO": "Romania", "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia",
    "US": "the United States",
}


@dataclass(frozen=True)
class Reason:
    """Why an item is there: a code for machines, words for shoppers, and which kind of source."""

    code: str
    words: str
    source: str


def short(title: str) -> str:
    """A title that fits into a sentence: `Kaffeemaschine mit Mahlwerk und ...`."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def popular(place: str, week: bool) -> Reason:
    """Popular somewhere: this week when anybody there touched it in the last 7 days, else in the trending window."""
    return Reason("popular_this_week", f"Popular {place} this week", "trending") if week else Reason(
        "popular_lately", f"Popular {place} lately", "trending"
    )


def place_name(dataset: Dataset, country: int) -> str:
    """`in Germany`, or `everywhere` for country code 0."""
    name = dataset.countries[country]
    return f"in {COUNTRIES.get(name, name)}" if name else "everywhere"


def together(kind: str, anchor: str, viewed: bool = True) -> Reason:
    """Why an item goes with `anchor` (its title); not `viewed`: its deal was clicked, its page not opened."""
    words = {
        "together": f"Often bought together with {short(anchor)}",
        "also_bought": f"Customers who bought {short(anchor)} also bought this",
        "also_viewed": f"Because you {'viewed' if viewed else 'clicked'} {short(anchor)}",
    }
    return Reason(CODES[kind], words[kind], "similar")


def explain(dataset: Dataset, known: Signals, ranking: Ranking) -> list[Reason]:
    """A reason per row of a ranking, from the component that adds most to its score."""
    reasons: list[Reason | None] = [None] * len(ranking.item)
    for place, name in enumerate(COMPONENTS):
        rows = np.flatnonzero(ranking.main == place)
        if name in SIMILAR:
            found = _similar(dataset, known, ranking, rows, name)
        elif name == "trending":
            found = _trending(dataset, known, ranking, rows)
        else:
            found = _personal(dataset.items, known, ranking, rows, name)
        for row, reason in zip(rows, found, strict=True):
            reasons[row] = reason
    return [reason for reason in reasons if reason is not None]


def _personal(items: Items, known: Signals, ranking: Ranking, rows: Ints, name: str) -> list[Reason]:
    keys = ranking.customer[rows] * known.items + ranking.item[rows]
    titles = [short(items.titles[item]) for item in ranking.item[rows]]
    if name == "bought":
        occasions = known.occasions.get(keys).astype(int)
        return [_bought(title, n) for title, n in zip(titles, occasions.tolist(), strict=True)]
    seen = np.column_stack([known.touched[kind].get(keys) > 0 for kind, _, _ in INTERESTS])
    return [_interest(title, row) for title, row in zip(titles, seen.tolist(), strict=True)]


def _bought(title: str, occasions: int) -> Reason:
    words = f"You bought {title} once" if occasions == 1 else f"You bought {title} on {occasions} occasions"
    return Reason("bought_before", words, "personalised")


def _interest(title: str, seen: list[bool]) -> Reason:
    """The strongest of what the customer did with it; a click on its deal when nothing stronger."""
    for (_, code, words), happened in zip(INTERESTS, seen, strict=True):
        if happened:
            return Reason(code, words.format(title), "personalised")
    return Reason("clicked_before", f"You clicked {title}", "personalised")


def _similar(dataset: Dataset, known: Signals, ranking: Ranking, rows: Ints, kind: str) -> list[Reason]:
    anchors = strongest_anchor(known, kind, ranking.customer[rows], ranking.item[rows])
    viewed = known.touched[VIEW].get(ranking.customer[rows] * known.items + anchors) > 0
    return [together(kind, dataset.items.titles[anchor], bool(seen)) for anchor, seen in zip(anchors, viewed, strict=True)]


def strongest_anchor(known: Signals, kind: str, customer: Ints, item: Ints) -> Ints:
    """The item of each customer's profile that adds most to the similarity score of `item`."""
    if not len(item):
        return np.zeros(0, np.int64)
    source = known.viewed_profile if kind == "also_viewed" else known.owned_profile
    customers = distinct(customer)
    rows = profile(source, customers, known.items)[np.searchsorted(customers, customer)]
    adds = rows.multiply(known.similarity.get(kind).T.tocsr()[item]).tocsr()
    return np.asarray(adds.argmax(axis=1)).ravel().astype(np.int64)


def _trending(dataset: Dataset, known: Signals, ranking: Ranking, rows: Ints) -> list[Reason]:
    trend, item = known.trends, ranking.item[rows]
    row = trend.row_of_country[dataset.customer_country[ranking.customer[rows]]]
    return [
        popular(place_name(dataset, int(trend.row_country[r])), bool(trend.week[r, i])) for r, i in zip(row, item, strict=True)
    ]


def as_item(product_id: str, score: float, reason: Reason) -> dict[str, Any]:
    """One entry of an `items` body."""
    return {
        "product_id": str(product_id), "score": round(float(score), 6), "reason_code": reason.code, "reason": reason.words,
        "source": reason.source,
    }
