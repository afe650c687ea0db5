import io
from pathlib import Path

import pytest
from rich.console import Console

from stack.settings import StackSettings
from stack.summary import ModelFigure, Summary, render

MODELS = [
    ModelFigure("recommendations", "recommendations-20260505T101500", "ndcg_at_10", 0.3531, 0.3445),
    ModelFigure("pricing", "pricing-20260505T101500", "simulated_margin_28d_EUR_at_elasticity_-2", 1_234_567.89, None),
]
DATASETS = ("deal", "forecast", "price", "price_history", "product", "product_offer", "recommendation", "search_doc", "similar")
SUMMARY = Summary(
    received=12_345_678, loaded=12_345_000, rejected=678,
    top_rejects=[("shop_order_lines", "order_is_missing_from_the_feed", 678)], crawled=1_234_567, served=1_234_567,
    matched_offers=1_234_567, products=234_567, published=dict.fromkeys(DATASETS, 1_234_567), models=MODELS,
)


def printed(width: int, home: Path) -> str:
    out = io.StringIO()
    render(SUMMARY, StackSettings(home=home), 123, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize(
    "word",
    [*(figure.model_version for figure in MODELS), *(figure.metric for figure in MODELS), "1,234,567.8900", "0.3531", "0.3445",
     *(f"{name} 1,234,567" for name in ("deal", "similar")), "12,345,678", "order_is_missing_from_the_feed"],
)
def test_nothing_is_cut_on_a_terminal_of_80_columns(word: str, tmp_path: Path) -> None:
    text = printed(80, tmp_path)
    assert word in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
