"""What a page may tell is what the border of raw knows: a kind that only one of them knows would be refused or warned of."""

from typing import get_args

from expectations.suites.shop_events import KINDS
from serving.inputs import EventKind


def test_the_api_and_the_gate_know_the_same_events() -> None:
    assert set(get_args(EventKind)) == set(KINDS)
    assert "deal_report" in KINDS, "reports from shoppers reach a merchant's reputation"
