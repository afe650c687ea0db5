from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from jinja2 import Environment

from dealhouse.landing.store import open_store
from dealhouse.operators.merchants_to_landing_operator import MerchantsToLandingOperator
from dealhouse.scraping import registry, shard_reports
from dealhouse.scraping.registry import Merchant
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def crawl(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., MerchantsToLandingOperator]:
    """The crawl task of a house of one shard, with these merchants, none of whom answers."""
    monkeypatch.setenv("DEALHOUSE_CRAWL_SHARDS", "1")
    settings.cache_clear()

    def make(*ids: str) -> MerchantsToLandingOperator:
        registry.register([
            Merchant(merchant_id=name, name=name, platform="html", base_url="http://127.0.0.1:1", country="DE", is_local=True,
                     spacing_seconds=0)
            for name in ids
        ], AS_OF)
        return MerchantsToLandingOperator(task_id="crawl", shard=0)

    return make


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        ((), "shard 1 · 0 merchants · nothing to do"),
        (("acme",), "shard 1 · 1 merchant · acme"),
        (("acme", "bolt", "candle", "desk"), "shard 1 · 4 merchants · acme, bolt, candle…"),
    ],
)
def test_a_mapped_task_has_a_name_for_people(
    crawl: Callable[..., MerchantsToLandingOperator], ids: tuple[str, ...], name: str
) -> None:
    assert Environment(autoescape=False).from_string("{{ task.shard_name }}").render(task=crawl(*ids)) == name


def test_a_shard_hands_on_a_summary_and_keeps_its_report(crawl: Callable[..., MerchantsToLandingOperator]) -> None:
    operator = crawl("acme")
    outcome = operator.work(AS_OF)
    assert (outcome.status, outcome.detail) == ("done", {"merchants": 1, "complete": 0, "partial": 0, "failed": 1})
    (report,) = shard_reports.read(operator.kept, open_store()).crawls
    assert (report.merchant_id, report.status) == ("acme", "failed")


def test_a_shard_without_merchants_does_nothing(crawl: Callable[..., MerchantsToLandingOperator]) -> None:
    operator = crawl()
    assert operator.work(AS_OF).status == "noop"
    assert shard_reports.read(operator.kept, open_store()).crawls == ()
