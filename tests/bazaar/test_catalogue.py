import numpy as np

from bazaar.catalogue import build_catalogue
from bazaar.gtin import is_valid
from bazaar.sizes import SIZES
from bazaar.world import World


def test_every_size_has_its_products() -> None:
    for size in SIZES.values():
        catalogue = build_catalogue(size, 7)
        assert len(catalogue) == size.products
        assert len(catalogue.house) == len(catalogue.house_sku) == size.house_skus


def test_products_are_told_apart_by_gtin_and_title(small: World) -> None:
    catalogue = small.catalogue
    assert len(set(catalogue.gtin)) == len(catalogue)
    assert all(is_valid(code) and len(code) == 14 for code in catalogue.gtin)
    assert len(set(catalogue.title)) > 0.99 * len(catalogue)


def test_popularity_has_a_long_tail(small: World) -> None:
    shares = np.sort(small.catalogue.popularity)[::-1]
    assert abs(shares.sum() - 1) < 1e-9
    assert shares[:100].sum() > 0.4
    assert (shares > 0).all()


def test_variants_of_a_group_share_model_and_differ_in_options(small: World) -> None:
    catalogue = small.catalogue
    for group in range(1, 60):
        members = np.flatnonzero(catalogue.group == group)
        assert len({catalogue.model[i] for i in members}) == 1
        assert len({catalogue.options[i] for i in members}) == len(members)


def test_the_same_seed_gives_the_same_catalogue_and_another_seed_another() -> None:
    first, again, other = (build_catalogue(SIZES["tiny"], seed) for seed in (7, 7, 8))
    assert list(first.title) == list(again.title)
    assert (first.price_eur == again.price_eur).all()
    assert list(first.title) != list(other.title)


def test_costs_leave_a_margin_and_prices_are_positive(small: World) -> None:
    catalogue = small.catalogue
    assert (catalogue.cost_eur < catalogue.price_eur).all()
    assert (catalogue.cost_eur > 0).all()
