"""The simulation by hand, and what it chooses."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from ml.pricing import evaluate
from ml.pricing.config import Config
from ml.pricing.features import Sku
from ml.pricing.model import Model, decide

CONFIG = Config()
Make = Callable[..., Sku]


def test_a_price_a_tenth_higher_sells_as_the_elasticity_says(sku: Make) -> None:
    one = sku(current_price="20", stock=None)
    assert evaluate.simulated_margin(one, Decimal(22), CONFIG) == pytest.approx(28 * 4 * 1.1**-2 * 12)


def test_sales_end_with_the_stock(sku: Make) -> None:
    assert evaluate.simulated_margin(sku(current_price="20", stock=10), Decimal(20), CONFIG) == pytest.approx(100)
    assert evaluate.simulated_margin(sku(current_price=None), Decimal(20), CONFIG) == 0


def test_the_name_of_the_figure_states_its_assumption() -> None:
    assert evaluate.metric_name(CONFIG, "EUR") == "simulated_margin_28d_EUR_at_elasticity_-2"


def test_other_currencies_are_not_added(sku: Make) -> None:
    skus = [sku(sku="a"), sku(sku="b"), sku(sku="c", currency="SEK")]
    assert evaluate.main_currency(skus) == "EUR"
    decisions = [decide(one, Model(), CONFIG) for one in skus]
    assert evaluate.total_margin(decisions, "EUR", CONFIG) == pytest.approx(2 * evaluate.total_margin(decisions, "SEK", CONFIG))


def test_the_choice_is_at_least_as_good_as_each_of_the_grid(sku: Make) -> None:
    skus = [sku(sku=str(n), competitor_median=str(13 + n), current_price=str(12 + n), stock=None) for n in range(8)]
    chosen = evaluate.choose(skus, "x", CONFIG)
    best = evaluate.total_margin([decide(one, chosen, CONFIG) for one in skus], "EUR", CONFIG)
    for weight in CONFIG.competitor_weights:
        other = Model("x", weight, chosen.margins)
        assert best >= evaluate.total_margin([decide(one, other, CONFIG) for one in skus], "EUR", CONFIG)


def test_margins_are_the_categories_medians(sku: Make) -> None:
    skus = [sku(current_price=price) for price in ("12.50", "20", "16")]
    assert evaluate.margins(skus, CONFIG) == {"tea": Decimal("0.375")}


def test_broken_rails_are_named(sku: Make) -> None:
    good = decide(sku(), Model(), CONFIG)
    bad = type(good)(good.sku, Decimal("1.00"), None, "", {})
    assert evaluate.broken([good], CONFIG) == []
    assert evaluate.broken([bad], CONFIG) == ["A-1: minimum", "A-1: floor", "A-1: step"]
