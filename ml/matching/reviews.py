"""What people said of pairs of offers, obeyed: pairs that must or may not be one product, and pairs to learn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.core.warehouse_io import read_frame
from ml.matching.canonical import HOUSE
from ml.matching.clusters import Traits
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import folds
from ml.matching.model import Blocked, Labelled
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs

SAID = "select offer_a::text, offer_b::text, answer from features.match_reviews order by review_id desc"
SURE = 0.999
Pair = tuple[int, int]


@dataclass(frozen=True)
class Answers:
    """Pairs of positions in `Offers`, left < right. same: what must be one product. different: what may not. unsure: asked, and
    nothing known. refused: `same` that later or stronger answers contradict: a `different`, or two SKUs of our own shop."""

    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    unsure: tuple[Pair, ...] = ()
    refused: tuple[Pair, ...] = ()

    @property
    def every(self) -> set[Pair]:
        """All pairs that somebody answered."""
        return {*self.same, *self.different, *self.unsure, *self.refused}


def read() -> pd.DataFrame:
    """The answers that hold: offer_a, offer_b, answer; the latest first."""
    return read_frame(SAID)


def settle(said: pd.DataFrame, offers: Offers) -> Answers:
    """The answers about offers that are there, made consistent.

    A chain of `same` never ends at a `different`: the older `same` gives way. Our own SKUs are different by their nature.
    """
    if said.empty:
        return Answers()
    index = pd.Index(offers.frame["offer_id"])
    known = said.assign(a=index.get_indexer(said["offer_a"]), b=index.get_indexer(said["offer_b"]))
    known = known[(known["a"] >= 0) & (known["b"] >= 0)]
    found: dict[str, list[Pair]] = {"same": [], "different": [], "unsure": []}
    for a, b, answer in zip(known["a"].tolist(), known["b"].tolist(), known["answer"], strict=True):
        found[answer].append((min(a, b), max(a, b)))
    chosen, refused = _consistent(found["same"], found["different"], _our_skus(offers))
    return Answers(chosen, tuple(found["different"]), tuple(found["unsure"]), refused)


def _our_skus(offers: Offers) -> dict[int, str]:
    if "sku" not in offers.frame:
        return {}
    ours = np.flatnonzero((offers.merchant == HOUSE) & offers.frame["sku"].notna().to_numpy(bool))
    return {int(place): str(offers.frame["sku"].iloc[place]) for place in ours}


def _consistent(
    same: Sequence[Pair], different: Sequence[Pair], skus: Mapping[int, str]
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    together = Together({place for pair in (*same, *different) for place in pair}, different, skus)
    joined = [together.join(*pair) for pair in same]
    yes = tuple(pair for pair, done in zip(same, joined, strict=True) if done)
    return yes, tuple(pair for pair, done in zip(same, joined, strict=True) if not done)


class Together:
    """Groups that grow, but never so that two places meet which are `different`, or that are two SKUs of ours."""

    def __init__(self, places: Iterable[int], different: Iterable[Pair], skus: Mapping[int, str]) -> None:
        self.group = {place: {place} for place in places}
        self.skus = skus
        self.enemies: dict[int, set[int]] = {}
        for a, b in different:
            self.enemies.setdefault(a, set()).add(b)
            self.enemies.setdefault(b, set()).add(a)

    def may_join(self, a: set[int], b: set[int]) -> bool:
        """Whether nothing speaks against one group of both."""
        ours = {self.skus[place] for place in a | b if place in self.skus}
        return len(ours) < 2 and not any(self.enemies.get(place, set()) & b for place in a)

    def join(self, a: int, b: int) -> bool:
        """Put the groups of two places together; False where they may not be."""
        one, two = self.group[a], self.group[b]
        if one is not two:
            if not self.may_join(one, two):
                return False
            one |= two
            self.group.update(dict.fromkeys(two, one))
        return True


def veto(own: Sequence[Traits], answers: Answers) -> None:
    """Write each `different` into the traits of both offers, as a dimension of its own in which they contradict each other."""
    for a, b in answers.different:
        own[a][f"said|{a}|{b}"] = frozenset(("a",))
        own[b][f"said|{a}|{b}"] = frozenset(("b",))


def weigh(pairs: Pairs, probability: FloatArray, answers: Answers) -> FloatArray:
    """Probabilities where people have spoken: near one, or none."""
    said = {**dict.fromkeys(answers.same, SURE), **dict.fromkeys(answers.different, 0.0)}
    places = rows_of(pairs, said)
    if not places:
        return probability
    out = probability.copy()
    out[list(places.values())] = [said[pair] for pair in places]
    return out


def rows_of(pairs: Pairs, wanted: Iterable[Pair]) -> dict[Pair, int]:
    """Where wanted pairs stand among `pairs`; those that were never proposed are left out."""
    asked = set(wanted)
    near = np.flatnonzero(np.isin(pairs.left, list({left for left, _ in asked}))) if asked else ()
    found = {(int(pairs.left[row]), int(pairs.right[row])): int(row) for row in near}
    return {pair: found[pair] for pair in sorted(asked) if pair in found}


def unite(labels: IntArray, answers: Answers, offers: Offers) -> IntArray:
    """Labels in which every `same` holds: the clusters of both become one.

    Where a `different` stands between those clusters, the offers that are the same go to the larger one that takes them, and the
    rest stays.
    """
    if not answers.same:
        return labels
    out, rules = labels.copy(), Together((), answers.different, _our_skus(offers))
    named = sorted({place for pair in answers.same for place in pair})
    concerned = np.flatnonzero(np.isin(labels, labels[named]))
    members: dict[int, set[int]] = {}
    for place, label in zip(concerned.tolist(), labels[concerned].tolist(), strict=True):
        members.setdefault(label, set()).add(place)
    for number, chain in enumerate(_chains(answers.same), start=int(labels.max()) + 1):
        _bring(members, chain, rules, number)
    for label, places in members.items():
        out[sorted(places)] = label
    return out


def _chains(same: Iterable[Pair]) -> list[set[int]]:
    together = Together({place for pair in same for place in pair}, (), {})
    for pair in same:
        together.join(*pair)
    return [set(group) for group in {id(group): group for group in together.group.values()}.values()]


def _bring(members: dict[int, set[int]], chain: set[int], rules: Together, free: int) -> None:
    """Move a chain of equal offers into one cluster, and with it the clusters that may follow. free: a label that nobody has."""
    order = [label for label, places in members.items() if places & chain]
    order.sort(key=lambda label: (-len(members[label] - chain), min(members[label])))
    if len(order) == 1:
        return
    home = next((label for label in order if rules.may_join(members[label] - chain, chain)), free)
    whole = members.pop(home, set()) | chain
    for label in order:
        if label == home:
            continue
        rest = members[label] - chain
        if rules.may_join(whole, rest):
            whole |= members.pop(label)
        else:
            members[label] = rest
    members[home] = whole


def teach(
    labelled: Labelled | None, offers: Offers, blocked: Blocked, answers: Answers, config: MatchingConfig
) -> Labelled | None:
    """The labelled pairs with the answers among those to learn from, each `review_weight` times.

    An offer of the folds that calibrate and test teaches nothing. None stays None: without identifiers no fit could be judged.
    """
    truth = {**dict.fromkeys(answers.same, True), **dict.fromkeys(answers.different, False)}
    places = rows_of(blocked.pairs, truth)
    rows, said = np.array(list(places.values()), np.int64), np.array([truth[pair] for pair in places], bool)
    side = np.isin(folds(offers), [*config.validation_folds, *config.test_folds])
    free = ~side[blocked.pairs.left[rows]] & ~side[blocked.pairs.right[rows]]
    if labelled is None or not free.any():
        return labelled
    features = blocked.features(offers, rows[free])
    return Labelled(
        pd.concat([labelled.train, *[features] * config.review_weight], ignore_index=True),
        np.concatenate([labelled.train_labels, *[said[free]] * config.review_weight]),
        labelled.valid, labelled.valid_labels,
    )
