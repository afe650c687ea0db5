from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ml.matching.products import align, item_groups

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def test_a_product_is_minted_from_its_first_offer_whatever_the_order() -> None:
    one, two = align([["b", "a"], ["c"]], {}, {}, AS_OF), align([["c"], ["a", "b"]], {}, {}, AS_OF)
    assert one.product_of == two.product_of
    assert one.product_of["a"] == one.product_of["b"] != one.product_of["c"]
    assert set(one.minted.values()) == {"a", "c"}


def test_offers_keep_their_product_and_newcomers_join_it() -> None:
    out = align([["a", "b", "n"]], {"a": "P", "b": "P"}, {"P": "2026-01-01"}, AS_OF)
    assert out.product_of == {"a": "P", "b": "P", "n": "P"}
    assert not out.minted
    assert not out.merged


def test_a_merge_keeps_the_older_and_points_the_younger_there() -> None:
    before = {"a": "young", "b": "young", "c": "old"}
    out = align([["a", "b", "c"]], before, {"young": "2026-02-01", "old": "2026-01-01"}, AS_OF)
    assert set(out.product_of.values()) == {"old"}
    assert out.merged == {"young": "old"}


def test_a_split_leaves_the_id_with_the_most_and_mints_for_the_rest() -> None:
    out = align([["a"], ["b", "c"]], dict.fromkeys("abc", "P"), {"P": "2026-01-01"}, AS_OF)
    assert out.product_of["b"] == out.product_of["c"] == "P"
    new = out.product_of["a"]
    assert out.minted == {new: "a"}
    assert out.split == {new: "P"}
    assert not out.merged


def test_a_stray_offer_does_not_carry_its_product_away() -> None:
    out = align([["a", "b"], ["c", "d", "e"]], {"a": "P", "b": "P", "c": "P", "d": "Q", "e": "Q"}, {"P": "1", "Q": "2"}, AS_OF)
    assert out.product_of == {"a": "P", "b": "P", "c": "Q", "d": "Q", "e": "Q"}


def test_an_id_is_never_minted_twice() -> None:
    first = align([["a", "b"]], {}, {}, AS_OF).product_of["a"]
    out = align([["a"], ["b", "c"]], {"a": first, "b": first, "c": first}, {first: "2026-01-01"}, AS_OF)
    assert out.product_of["b"] == first
    assert out.product_of["a"] != first


def test_products_of_a_family_share_an_item_group_that_never_changes() -> None:
    families = {"P": 1, "Q": 1, "R": 1, "S": 2}
    out = item_groups(["P", "Q", "R", "S"], families, {})
    assert out["P"] == out["Q"] == out["R"] != out["S"]
    assert item_groups(["R", "S"], families, {"P": "g-2", "Q": "g-1", "gone": "g-0"}) == {"R": "g-1", "S": out["S"]}


# twelve offers, some of them gone for a while, in any grouping, run after run
NAMES = tuple("abcdefghijkl")
regrouped = st.lists(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5), min_size=1), min_size=1, max_size=6)


def clusters_of(labels: Mapping[str, int]) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for name, label in sorted(labels.items()):
        found.setdefault(label, []).append(name)
    return list(found.values())


@given(regrouped)
def test_whatever_the_clusters_do_ids_stay_distinct_and_redirects_end_at_a_living_product(runs: list[dict[str, int]]) -> None:
    product_of: dict[str, str] = {}   # as predictions.offer_product: an offer that is gone keeps its product
    age: dict[str, str] = {}
    redirect: dict[str, str] = {}
    for number, labels in enumerate(runs):
        as_of = AS_OF + timedelta(days=number)
        groups = clusters_of({**dict.fromkeys(product_of, -1), **labels} if number % 2 else labels)
        gone = {name: product for name, product in product_of.items() if name not in {n for group in groups for n in group}}
        out = align(groups, product_of, age, as_of)
        by_cluster = [{out.product_of[name] for name in group} for group in groups]
        assert all(len(products) == 1 for products in by_cluster), "a cluster is one product"
        assert len({min(products) for products in by_cluster}) == len(groups), "no two clusters share a product"
        assert not set(out.minted) & set(age), "an id is minted once"
        age |= dict.fromkeys(out.minted, as_of.isoformat())
        product_of |= out.product_of
        redirect = {old: out.merged.get(new, new) for old, new in redirect.items()} | dict(out.merged)
        living = set(product_of.values())
        assert set(redirect.values()) <= living, "a redirect ends where offers are"
        assert not living & set(redirect), "what was merged away has no offers"
        assert set(age) == living | set(redirect), "no product is lost without a trace"
        again = align(groups, product_of, age, as_of)
        assert (again.product_of, again.minted, again.merged) == (out.product_of, {}, {}), "a rerun changes nothing"
        assert gone.items() <= product_of.items()
