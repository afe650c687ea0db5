"""What the first day says it did, against the warehouse and against the world's own count."""

import re

import pytest
import requests

from stack.pipeline import EXPECTED
from tests.e2e.conftest import FirstDay

pytestmark = pytest.mark.timeout(900)


def number(platform: FirstDay, pattern: str) -> int:
    found = re.search(pattern, platform.printed)
    assert found, platform.printed
    return int(found.group(1).replace(",", ""))


def test_the_summary_equals_what_raw_holds(platform: FirstDay) -> None:
    ((loaded,),) = platform.ask(
        "select sum(n) from (" + " union all ".join(
            f"select count(*) as n from raw.{table}"
            for (table,) in platform.ask(
                "select relname from pg_class where relnamespace = 'raw'::regnamespace and relkind in ('r', 'p') "
                "and not relispartition and relname ~ '^(offer_observations|crawl_coverage|shop_|fx_|calendar_|weather_)'",
            )
        ) + ") as counts",
    )
    ((rejected,),) = platform.ask("select count(*) from raw.rejects")
    ((crawl_coverage_rows,),) = platform.ask(
        "select count(*) from raw.crawl_coverage where crawl_id not in (select crawl_id from raw.crawl_coverage "
        "where batch_id in (select batch_id from raw.load_ledger where kind = 'crawls'))"
    )
    assert number(platform, r"loaded ([\d,]+)") == loaded - crawl_coverage_rows
    assert number(platform, r"rejected ([\d,]+)\n") == rejected
    assert number(platform, r"rows received ([\d,]+)") == loaded - crawl_coverage_rows + rejected


def test_the_crawl_received_what_the_merchants_served(platform: FirstDay) -> None:
    clock = requests.get(f"{platform.url('BAZAAR')}/control/clock", timeout=10).json()["as_of"]
    served = requests.get(f"{platform.url('BAZAAR')}/control/served", params={"as_of": clock}, timeout=10).json()["total"]
    ((received,),) = platform.ask(
        f"select sum(rows_received) from raw.load_ledger where source = 'offers' and loaded_at = '{clock}+00:00'"
    )
    assert served == received > 0


def test_published_rows_are_the_live_versions_rows(platform: FirstDay) -> None:
    for dataset, version, rows in platform.ask("select dataset, version, rows from publish.current"):
        ((found,),) = platform.ask(f"select count(*) from publish.{dataset} where version = {version}")
        assert found == rows == number(platform, rf"{dataset} ([\d,]+)")


def test_every_dag_ran_and_no_task_failed_or_was_skipped(platform: FirstDay) -> None:
    assert {dag_id for (dag_id,) in platform.ask("select dag_id from ops.run_ledger")} == EXPECTED
    assert platform.ask("select * from ops.run_ledger where status = 'failed'") == []


@pytest.mark.parametrize("page", ["API", "AIRFLOW", "DOCS"])
def test_the_printed_addresses_answer(platform: FirstDay, page: str) -> None:
    assert platform.url(page) in platform.printed
    assert requests.get(platform.url(page), timeout=20).ok
