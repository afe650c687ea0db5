"""The whole run on a real database: promotion, idempotence, no leak, backfill."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from ml.core.job import JobArgs, JobResult
from ml.recommendations.config import NAIVE_VERSION, Config
from ml.recommendations.job import run

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ROWS = """select customer_key as key, items::text from predictions.recommendations
          union all select country, items::text from predictions.trending
          union all select product_id::text, items::text from predictions.similar_products order by 1, 2"""


@pytest.fixture
def landed(shop: Any, fill: Any) -> None:
    land(shop, fill, AS_OF)


def land(shop: Any, fill: Any, as_of: datetime) -> None:
    fill("product_attributes", shop.products.assign(as_of=as_of))
    fill("customer_profiles", shop.customers.assign(as_of=as_of))
    fill("interactions", shop.interactions.assign(as_of=as_of))


def go(config: Config, as_of: datetime = AS_OF, train: str = "auto") -> JobResult:
    return run(JobArgs(as_of, train), config)  # type: ignore[arg-type]


def test_a_first_model_that_beats_popularity_goes_live(landed: None, query: Any, config: Config) -> None:
    result = go(config)
    assert result.trained
    assert result.promoted
    assert (result.metric.value or 0) > (result.metric.naive or 1)
    [live] = query("select * from predictions.live_model")
    assert live["model_version"] == result.model_version == "recommendations-20260505T101500"
    [row] = query("select * from predictions.run")
    assert (row["status"], row["rows_written"]) == ("complete", result.rows_written)
    assert result.rows_written == 80 + 3 + 59


def test_the_same_as_of_again_changes_nothing(landed: None, query: Any, config: Config) -> None:
    first = go(config)
    before = query(ROWS)
    again = go(config)
    assert query(ROWS) == before
    assert not again.trained
    assert again.model_version == first.model_version


def test_planted_future_rows_change_nothing(landed: None, shop: Any, fill: Any, query: Any, config: Config) -> None:
    figures = go(config, train="always").metric
    before = query(ROWS)
    later = shop.interactions.assign(event_at=AS_OF + timedelta(days=1), product_id=shop.products["product_id"].iloc[0])
    fill("interactions", later.assign(as_of=AS_OF))
    assert go(config, train="always").metric == figures
    assert query(ROWS) == before


def test_without_training_popularity_serves(landed: None, query: Any, config: Config) -> None:
    result = go(config, train="never")
    assert result.model_version == NAIVE_VERSION
    assert not result.trained
    sources = query("select distinct i ->> 'source' as source from predictions.recommendations, jsonb_array_elements(items) i")
    assert sources == [{"source": "trending"}]


def test_a_later_model_must_beat_the_live_one(landed: None, shop: Any, fill: Any, query: Any, config: Config) -> None:
    first = go(config)
    tomorrow = AS_OF + timedelta(days=1)
    land(shop, fill, tomorrow)
    again = go(config, tomorrow, "always")
    assert again.trained
    figures = query("select metrics from predictions.run where as_of = '2026-05-06 10:15+00'")[0]["metrics"]
    assert again.promoted == (figures["ndcg_at_10"] > figures["live"])
    assert again.model_version == (first.model_version if not again.promoted else "recommendations-20260506T101500")


def test_a_backfill_does_not_use_tomorrows_model(landed: None, shop: Any, fill: Any, query: Any, config: Config) -> None:
    yesterday = AS_OF - timedelta(days=1)
    go(config)
    live = query("select * from predictions.live_model")
    early = shop.interactions[shop.interactions["event_at"] <= pd.Timestamp(yesterday)]
    land(shop.only(interactions=early), fill, yesterday)
    result = go(config, yesterday, "never")
    assert result.model_version == NAIVE_VERSION
    assert query("select * from predictions.live_model") == live
