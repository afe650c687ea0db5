import numpy as np
import pandas as pd
import pytest

from ml.matching.blocking import candidates
from ml.matching.config import MatchingConfig
from ml.matching.context import context_features
from ml.matching.features import pair_features, similarities
from ml.matching.offers import Pairs, prepare

TITLES = [
    "Norvik Falcon 3 128GB black", "Falcon 3 von Norvik, 128 GB, schwarz", "Norvik Falcon 3 256GB black",
    "Tessaro coffee machine CM-2000X", "Kaffeemaschine Tessaro CM-2000X", "Tessaro coffee machine CM-3000X",
]


def offers(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"title": TITLES, "merchant_id": ["a", "b", "a", "a", "b", "b"], **columns})


def every_pair() -> Pairs:
    left, right = np.triu_indices(len(TITLES), 1)
    return Pairs(left.astype(np.int64), right.astype(np.int64))


def features(frame: pd.DataFrame) -> dict[tuple[int, int], dict[str, float]]:
    ready, pairs = prepare(frame), every_pair()
    rows = pair_features(ready, pairs, *similarities(ready, pairs)).to_dict("records")
    keys = zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    return {key: {str(name): float(value) for name, value in row.items()} for key, row in zip(keys, rows, strict=True)}


def test_agreement_and_contradiction_by_hand() -> None:
    brands: list[object] = ["Norvik", "NORVIK GmbH", None, "Tessaro", "Tessaro", "Tessaro"]
    out = features(offers(brand=brands, price_reporting=[100, 110, 150, 50, 0, 60]))

    def named(pair: tuple[int, int], *names: str) -> list[float]:
        return [out[pair][name] for name in names]

    assert named((0, 1), "variant_agree", "variant_conflict", "brand_same", "brand_apart") == [2, 0, 1, 0]
    assert named((0, 2), "variant_agree", "variant_conflict") == [1, 1]
    assert named((3, 4), "code_common", "code_same_shape") == [1, 0]
    assert named((3, 5), "code_common", "code_apart", "code_same_shape") == [0, 1, 1]
    assert named((0, 3), "brand_apart") == [1]
    assert out[0, 1]["price_ratio"] == pytest.approx(np.log(1.1), abs=1e-5)
    assert np.isnan(out[3, 4]["price_ratio"])
    assert out[0, 1]["word"] > out[0, 3]["word"]


def test_the_identifier_is_no_feature() -> None:
    plain, identified = features(offers()), features(offers(gtin=[f"{n:014d}" for n in (1, 1, 2, 3, 3, 4)]))
    assert str(identified) == str(plain)


def test_a_merchants_identifier_on_unlike_variants_is_not_trusted() -> None:
    ready = prepare(offers(gtin=["00000000000017", "00000000000017", "00000000000017", "", None, "00000000000024"]))
    assert ready.gtin.tolist() == ["", "00000000000017", "", "", "", "00000000000024"]


def test_blocking_finds_identifiers_and_near_texts_once() -> None:
    frame = offers(gtin=["00000000000017", None, None, None, None, "00000000000017"])
    config = MatchingConfig(top_k=1)
    with_gtin, without = candidates(prepare(frame), config), candidates(prepare(frame), config, use_gtin=False)
    found = set(zip(with_gtin.left.tolist(), with_gtin.right.tolist(), strict=True))
    assert {(0, 2), (3, 5), (0, 5)} <= found
    assert len(found) == len(with_gtin)
    assert all(left < right for left, right in found)
    assert (0, 5) not in set(zip(without.left.tolist(), without.right.tolist(), strict=True))


def test_context_ranks_a_pair_among_its_rivals() -> None:
    ready = prepare(offers())
    pairs = Pairs(np.array([0, 0, 1, 3]), np.array([1, 4, 2, 4]))  # offers 1 and 4 are of merchant b, the others of a
    out = context_features(ready, pairs, np.array([0.9, 0.4, 0.5, 0.8], np.float32))
    assert out["mutual"].tolist() == [1, 0, 0, 1]
    assert out["rank_high_all"].tolist() == [0, 1, 1, 0]
    assert out["gap_low_all"].tolist() == pytest.approx([0.4, -0.5, -0.4, 0.4])
    assert out["gap_high_all"].tolist() == pytest.approx([0.5, -0.4, 0.5, 0.8])
