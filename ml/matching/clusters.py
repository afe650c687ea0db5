"""Average-link clustering of a sparse graph of probabilities, with vetoes: similar pairs never chain unlike offers together."""

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ml.matching.canonical import HOUSE
from ml.matching.normalise import Reading, shape
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs

Traits = dict[str, frozenset[str]]
LONG_CODE = 7
Graph = list[dict[int, float]]


def traits(offers: Offers, *, use_gtin: bool = True) -> list[Traits]:
    """What may contradict, by dimension: identifier, variant values, codes of one shape, siblings in a merchant's group, our SKU.

    Our own shop numbers what it sells: two of its SKUs are two products, however alike their titles.
    """
    out = []
    skus = offers.frame["sku"].fillna("").tolist() if "sku" in offers.frame else [""] * len(offers)
    for position, reading in enumerate(offers.readings):
        own = _said(reading)
        if use_gtin and offers.gtin[position]:
            own["gtin"] = frozenset((offers.gtin[position],))
        if offers.group[position]:
            own[f"group|{offers.group[position]}"] = frozenset((str(position),))
        if offers.merchant[position] == HOUSE and skus[position]:
            own["our sku"] = frozenset((skus[position],))
        out.append(own)
    return out


def _said(reading: Reading) -> Traits:
    own: Traits = dict(reading.variants)
    for code in reading.codes:
        kind, value = _without_slips(code)
        own[kind] = own.get(kind, frozenset()) | {value}
    return own


def _without_slips(code: str) -> tuple[str, str]:
    """Dimension and value of a code: signs swapped in a long one (`dei700s13`, `die700s13`) or letters in any are slips."""
    if len(code) >= LONG_CODE:
        return "code|" + "".join(sorted(shape(code))), "".join(sorted(code))
    letters, rest = sorted(sign for sign in code if sign.isalpha()), [sign for sign in code if not sign.isalpha()]
    return f"code|{shape(code)}", "".join(letters + rest)


def without(own: Sequence[Traits], hollow: Collection[str]) -> list[Traits]:
    """Traits less some dimensions (`code|aa99` is of the dimension `code`)."""
    if not hollow:
        return list(own)
    return [{name: values for name, values in traits.items() if name.partition("|")[0] not in hollow} for traits in own]


def contradict(a: Mapping[str, frozenset[str]], b: Mapping[str, frozenset[str]]) -> bool:
    """Both name a dimension and have no value of it in common."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return any(name in large and values.isdisjoint(large[name]) for name, values in small.items())


@dataclass
class _Forest:
    """Clusters while they grow: members, merged traits, and summed probabilities to neighbouring clusters."""

    members: list[list[int]]
    traits: list[Traits]
    links: Graph
    version: list[int]
    missing: float

    def mean(self, a: int, b: int) -> float:
        """Mean probability over all pairs between a and b; a pair that was never proposed counts as `missing`."""
        total, pairs, known = self.links[a][b], len(self.members[a]) * len(self.members[b]), self.links[a][-1 - b]
        return (total + (pairs - known) * self.missing) / pairs

    def join(self, a: int, b: int) -> None:
        """Put b into a; b is no more."""
        self.members[a] += self.members[b]
        for name, values in self.traits[b].items():
            self.traits[a][name] = self.traits[a].get(name, frozenset()) | values
        for other in [key for key in self.links[b] if key >= 0 and key != a]:
            self.link(a, other, self.links[b][other], self.links[b][-1 - other])
            self.links[other].pop(b), self.links[other].pop(-1 - b)
        self.links[a].pop(b, None), self.links[a].pop(-1 - b, None)
        self.links[b], self.members[b] = {}, []
        self.version[a] += 1
        self.version[b] += 1

    def link(self, a: int, b: int, total: float, known: float) -> None:
        for one, two in ((a, b), (b, a)):
            self.links[one][two] = self.links[one].get(two, 0.0) + total
            self.links[one][-1 - two] = self.links[one].get(-1 - two, 0.0) + known


def cluster(
    pairs: Pairs, probability: FloatArray, own: Sequence[Traits], *,
    threshold: float, missing: float, start: Sequence[Sequence[int]] = (),
) -> NDArray[np.int64]:
    """Join the likeliest two clusters until none reaches `threshold`; contradicting ones never join.

    start: clusters that exist already (lists of positions); everything else begins alone. Returns a label per offer.
    """
    forest = _plant(pairs, probability, own, start, threshold=threshold, missing=missing)
    heap = [(-forest.mean(a, b), a, b, 0, 0) for a in range(len(forest.links)) for b in forest.links[a] if b > a]
    heap = [entry for entry in heap if -entry[0] >= threshold]
    heapq.heapify(heap)
    while heap:
        _, a, b, seen_a, seen_b = heapq.heappop(heap)
        if (forest.version[a], forest.version[b]) != (seen_a, seen_b) or contradict(forest.traits[a], forest.traits[b]):
            continue
        if len(forest.links[a]) < len(forest.links[b]):
            a, b = b, a
        forest.join(a, b)
        for other in [key for key in forest.links[a] if key >= 0]:
            mean = forest.mean(a, other)
            if mean >= threshold:
                low, high = min(a, other), max(a, other)
                heapq.heappush(heap, (-mean, low, high, forest.version[low], forest.version[high]))
    return _labels(forest, len(own))


def _plant(
    pairs: Pairs, probability: FloatArray, own: Sequence[Traits], start: Sequence[Sequence[int]], *,
    threshold: float, missing: float,
) -> _Forest:
    node = np.full(len(own), -1, np.int64)
    for number, joined in enumerate(start):
        node[list(joined)] = number
    alone = np.flatnonzero(node < 0)
    node[alone] = len(start) + np.arange(len(alone))
    groups = [list(group) for group in start] + [[int(position)] for position in alone]
    merged: list[Traits] = [dict(own[group[0]]) for group in groups]
    for mine, followers in zip(merged, groups, strict=True):
        for position in followers[1:]:
            for name, values in own[position].items():
                mine[name] = mine.get(name, frozenset()) | values
    forest = _Forest(groups, merged, [{} for _ in groups], [0] * len(groups), missing)
    left, right = node[pairs.left], node[pairs.right]
    near = _reachable(left, right, probability >= threshold, len(groups))
    for a, b, p in zip(left[near].tolist(), right[near].tolist(), probability[near].tolist(), strict=True):
        forest.link(a, b, p, 1.0)
    return forest


def _reachable(left: IntArray, right: IntArray, strong: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Which pairs can matter: a mean reaches the threshold only where one pair does, so clusters stay in strong components."""
    graph = sparse.coo_matrix((np.ones(int(strong.sum())), (left[strong], right[strong])), shape=(size, size))
    component = connected_components(graph, directed=False)[1]
    return np.asarray((component[left] == component[right]) & (left != right))


def _labels(forest: _Forest, size: int) -> NDArray[np.int64]:
    labels = np.empty(size, np.int64)
    for number, members in enumerate(forest.members):
        labels[members] = number
    return labels


def support(labels: NDArray[np.int64], pairs: Pairs, probability: FloatArray, missing: float) -> tuple[FloatArray, FloatArray]:
    """Per offer: mean probability to the others of its cluster (0 when alone), and the best probability outside of it."""
    size = len(labels)
    inside = labels[pairs.left] == labels[pairs.right]
    total, known, outside = np.zeros(size), np.zeros(size), np.zeros(size)
    for side in (pairs.left, pairs.right):
        np.add.at(total, side[inside], probability[inside])
        np.add.at(known, side[inside], 1)
        np.maximum.at(outside, side[~inside], probability[~inside])
    others = np.bincount(labels, minlength=int(labels.max(initial=0)) + 1)[labels] - 1
    mean = np.where(others > 0, (total + (others - known) * missing) / np.maximum(others, 1), 0.0)
    return mean.astype(np.float32), outside.astype(np.float32)
