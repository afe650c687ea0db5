from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.errors import ConfigurationError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.operators.landing_to_raw_operator import LandingToRawOperator
from dealhouse.scraping import shard_reports
from dealhouse.scraping.crawl import CrawlReport
from dealhouse.scraping.shard import ShardReport

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
COVERAGE = {"crawl_id": "acme:2026-05-05T10:15:00", "status": "complete", "documents": 1, "offers": 0, "error": None}
MERCHANT = """
insert into raw.merchant_registry (merchant_id, name, platform, base_url, country, updated_at)
values ('acme', 'Acme', 'shopify', 'https://acme.example', 'DE', '2026-05-05')
"""


@pytest.fixture
def known_merchant(warehouse: str) -> None:
    with transaction("loader") as connection:
        connection.execute(text(MERCHANT))


def landed() -> Batch:
    with BatchWriter(open_store(), source="offers", merchant_id="acme", kind="offers", as_of=AS_OF) as writer:
        writer.reject("missing_price", "{}")
        return writer.close(COVERAGE)


def report(batch: Batch) -> dict[str, Any]:
    crawl = CrawlReport("acme", "complete", 0, 1, 1, 1, 0.1, batch.uri, None)
    return shard_reports.keep(ShardReport((crawl,)), open_store(), AS_OF, 0)


def nothing() -> dict[str, Any]:
    return shard_reports.keep(ShardReport(()), open_store(), AS_OF, 0)


@pytest.mark.usefixtures("known_merchant")
def test_batches_that_were_all_loaded_before_are_a_noop_without_rows() -> None:
    operator = LandingToRawOperator(task_id="load", reports=[report(landed())])
    first, second = operator.work(AS_OF), operator.work(AS_OF)
    assert (first.status, first.detail["noops"]) == ("done", 0)
    assert (second.status, second.rows_written, second.detail["noops"]) == ("noop", 0, 1)


@pytest.mark.usefixtures("warehouse")
def test_a_house_without_a_single_merchant_has_nothing_to_load() -> None:
    outcome = LandingToRawOperator(task_id="load", reports=[nothing()]).work(AS_OF)
    assert (outcome.status, outcome.rows_written, outcome.detail) == ("noop", 0, {"merchants": 0})


@pytest.mark.usefixtures("known_merchant")
def test_merchants_of_which_none_was_crawled_are_an_error() -> None:
    with pytest.raises(ConfigurationError, match="no merchant was crawled"):
        LandingToRawOperator(task_id="load", reports=[nothing()]).work(AS_OF)
