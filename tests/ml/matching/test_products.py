from datetime import UTC, datetime

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


def test_products_of_one_merchant_group_share_an_item_group_that_never_changes() -> None:
    groups = {"P": {"shop|1"}, "Q": {"shop|1", "mart|7"}, "R": {"mart|7"}, "S": set()}
    out = item_groups(["P", "Q", "R", "S"], groups, {})
    assert out["P"] == out["Q"] == out["R"] != out["S"]
    assert item_groups(["R"], groups, {"P": "g-1", "Q": "g-2"})["R"] == "g-2"
