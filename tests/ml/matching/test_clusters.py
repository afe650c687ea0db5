import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.matching.clusters import Traits, cluster, contradict, support, traits, without
from ml.matching.offers import Pairs, prepare


def graph(*edges: tuple[int, int, float]) -> tuple[Pairs, np.ndarray]:
    left, right, p = zip(*edges, strict=True) if edges else ((), (), ())
    return Pairs(np.array(left, np.int64), np.array(right, np.int64)), np.array(p, np.float32)


def labels(
    size: int, *edges: tuple[int, int, float], own: list[Traits] | None = None, start: tuple[list[int], ...] = ()
) -> list[set[int]]:
    found = cluster(*graph(*edges), own or [{} for _ in range(size)], threshold=0.5, missing=0.05, start=start)
    return sorted(({int(k) for k in np.flatnonzero(found == label)} for label in set(found.tolist())), key=min)


def test_likely_pairs_join_and_unlikely_ones_do_not() -> None:
    assert labels(4, (0, 1, 0.9), (2, 3, 0.4)) == [{0, 1}, {2}, {3}]


def test_a_chain_does_not_become_one_cluster() -> None:
    assert labels(4, (0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.9)) == [{0, 1}, {2, 3}]


def test_a_whole_clique_becomes_one_cluster() -> None:
    edges = [(i, j, 0.8) for i in range(5) for j in range(i + 1, 5)]
    assert labels(5, *edges) == [{0, 1, 2, 3, 4}]


def test_a_contradiction_is_a_veto_even_through_a_third() -> None:
    own: list[Traits] = [{"gb": frozenset({"128gb"})}, {}, {"gb": frozenset({"256gb"})}]
    assert labels(3, (0, 1, 0.95), (1, 2, 0.9), (0, 2, 0.9), own=own) == [{0, 1}, {2}]


def test_two_skus_of_our_own_never_join_and_a_competitor_joins_one() -> None:
    titles = ["Letter A bling key ring", "Letter B bling key ring", "Letter A bling key ring"]
    offers = prepare(pd.DataFrame({"title": titles, "merchant_id": ["house", "house", "acme"], "sku": ["K1", "K2", "K1"]}))
    assert labels(3, (0, 1, 0.95), (0, 2, 0.9), (1, 2, 0.9), own=traits(offers)) == [{0, 2}, {1}]


def test_a_slip_of_the_hand_in_a_code_is_no_veto_and_a_sibling_is_one() -> None:
    codes = ["DEI700S13", "DIE700S13", "DEI700S24", "XK12", "XK21", "KX12"]
    own = traits(prepare(pd.DataFrame({"title": [f"Drill {code}" for code in codes]})))
    assert not contradict(own[0], own[1])
    assert contradict(own[0], own[2])
    assert contradict(own[3], own[4])
    assert not contradict(own[3], own[5])


def test_hollow_dimensions_contradict_no_more() -> None:
    own: list[Traits] = [{"colour": frozenset({"red"}), "code|aa99": frozenset({"ab12"})}, {"gb": frozenset({"64gb"})}]
    assert without(own, {"colour"}) == [{"code|aa99": frozenset({"ab12"})}, {"gb": frozenset({"64gb"})}]
    assert without(own, {"code"}) == [{"colour": frozenset({"red"})}, {"gb": frozenset({"64gb"})}]


def test_standing_clusters_stay_and_take_newcomers() -> None:
    assert labels(4, (1, 3, 0.9), (0, 3, 0.9), start=([0, 1, 2],)) == [{0, 1, 2, 3}]
    assert labels(4, (2, 3, 0.9), start=([0, 1, 2],)) == [{0, 1, 2}, {3}]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"x": {"1"}}, {"x": {"2"}}, True), ({"x": {"1", "2"}}, {"x": {"2"}}, False), ({"x": {"1"}}, {"y": {"2"}}, False),
        ({}, {"x": {"1"}}, False),
    ],
)
def test_only_a_dimension_that_both_name_contradicts(a: dict[str, set[str]], b: dict[str, set[str]], expected: bool) -> None:
    one, two = ({name: frozenset(values) for name, values in side.items()} for side in (a, b))
    assert contradict(one, two) is contradict(two, one) is expected


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_cluster_ever_holds_a_contradiction_of_single_values(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 9))
    values = data.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=size, max_size=size))
    left, right = np.triu_indices(size, 1)
    p = data.draw(st.lists(st.floats(0, 1, width=32), min_size=len(left), max_size=len(left)))
    own: list[Traits] = [{"x": frozenset({value})} if value else {} for value in values]
    found = cluster(
        Pairs(left.astype(np.int64), right.astype(np.int64)), np.array(p, np.float32), own, threshold=0.4, missing=0.0
    )
    for label in set(found.tolist()):
        assert len({values[k] for k in np.flatnonzero(found == label)} - {""}) <= 1


def test_support_is_the_mean_inside_and_the_best_outside() -> None:
    pairs, p = graph((0, 1, 0.9), (0, 2, 0.7), (2, 3, 0.3))
    inside, outside = support(np.array([0, 0, 0, 1]), pairs, p, missing=0.1)
    assert inside.tolist() == pytest.approx([0.8, 0.5, 0.4, 0.0])
    assert outside.tolist() == pytest.approx([0.0, 0.0, 0.3, 0.3])
