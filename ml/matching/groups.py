"""Item groups: products that would be one, were it not for a size, a colour, a capacity or a pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ml.matching.clusters import Traits, cluster
from ml.matching.config import MatchingConfig
from ml.matching.model import Blocked, Scorer
from ml.matching.offers import FloatArray, IntArray, Offers
from ml.matching.scoring import CHUNK

# the features in which variants of one article differ; `group_same` says that a merchant lists them as such
OF_VARIANTS = ("variant_conflict", "variant_one_sided", "pack_one_sided", "numbers_apart", "numbers_extra", "group_same")


@dataclass(frozen=True)
class Made:
    """Offers with the products that were made of them: a label per offer; own: the traits of each."""

    offers: Offers
    labels: IntArray
    own: Sequence[Traits]


def families(made: Made, scorer: Scorer, blocked: Blocked, config: MatchingConfig) -> IntArray:
    """A label per offer, shared by the products that are variants of one article.

    Products that a merchant lists as variants of one article are; others join by average link of their kinship, never across a
    brand, a model code, or what a merchant lists as two articles.
    """
    listed = _listed_together(made.offers, made.labels)
    near = _worth_a_look(listed, blocked, config)
    kin = kinship(scorer, made.offers, blocked, near)
    start = pd.Series(np.arange(len(listed))).groupby(listed).agg(list).tolist()
    return cluster(
        blocked.pairs.where(near), kin, _of_articles(made), threshold=config.group_threshold, missing=config.missing_kinship,
        start=start,
    )


def _worth_a_look(listed: IntArray, blocked: Blocked, config: MatchingConfig) -> IntArray:
    """The numbers of pairs that are not together yet, and alike enough: features are dear."""
    alike = np.maximum(blocked.word, blocked.char) >= config.kin_similarity
    return np.flatnonzero((listed[blocked.pairs.left] != listed[blocked.pairs.right]) & alike)


def kinship(scorer: Scorer, offers: Offers, blocked: Blocked, rows: IntArray) -> FloatArray:
    """How likely pairs are one article: their probability, had their variants said nothing. Shape (rows,)."""
    out = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        features = blocked.features(offers, rows[part])
        out[part] = scorer.probabilities(features.assign(**{name: 0.0 for name in OF_VARIANTS if name in features}))
    return out


def _listed_together(offers: Offers, labels: IntArray) -> IntArray:
    """Products in components that merchants' variant groups connect: a label per offer."""
    product, group = pd.factorize(labels)[0], pd.factorize(offers.group)[0]
    named = np.flatnonzero(offers.group != "")
    size = int(product.max(initial=-1)) + 1
    shape = (size + int(group.max(initial=-1)) + 1,) * 2
    graph = sparse.coo_matrix((np.ones(len(named), np.int8), (product[named], size + group[named])), shape=shape)
    component: IntArray = connected_components(graph, directed=False)[1][product]
    return component


def _of_articles(made: Made) -> list[Traits]:
    """What sets articles apart: brands, model codes, and a merchant that lists both as articles of their own."""
    offers, out = made.offers, []
    for traits, brand, merchant, group in zip(made.own, offers.brand, offers.merchant, offers.group, strict=True):
        kept = {name: values for name, values in traits.items() if name.startswith("code|")}
        if brand:
            kept["brand"] = frozenset((brand,))
        if group:
            kept[f"article|{merchant}"] = frozenset((group,))
        out.append(kept)
    return out


def by_product(product_of: Mapping[str, str], ids: Sequence[str], families: IntArray) -> dict[str, int]:
    """Product -> its family."""
    out: dict[str, int] = {}
    for offer, family in zip(ids, families.tolist(), strict=True):
        out.setdefault(product_of[offer], family)
    return out
