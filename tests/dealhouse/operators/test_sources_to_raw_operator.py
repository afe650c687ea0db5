from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from dealhouse.operators.sources_to_raw_operator import SourcesToRawOperator

SOURCE = """
kind: fx_rates
connection: ERP_URL
query: select 'USD' as quote, date '2026-05-04' as day, 1.08 as rate, timestamptz '2026-05-04 16:00+00' as told_at
key: [quote]
watermark: told_at
columns: {quote: quote, day: day, rate: rate}
constants: {base: EUR, source: erp}
"""


def context(run_id: str) -> Any:
    run = SimpleNamespace(partition_key="2026-05-05T10:15:00")
    return {"dag_run": run, "ti": SimpleNamespace(dag_id="d", task_id="t", map_index=-1, try_number=1), "run_id": run_id}


def test_news_are_loaded_and_without_any_the_rest_of_the_run_is_skipped(
    warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_URL", warehouse)
    operator = SourcesToRawOperator(task_id="pull_sources")
    with pytest.raises(AirflowSkipException):
        operator.execute(context("nothing registered"))
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "erp.yml").write_text(SOURCE)
    assert operator.execute(context("news")) == {"status": "done", "rows_written": 1}
    with pytest.raises(AirflowSkipException):
        operator.execute(context("no news"))
    with psycopg2.connect(warehouse) as connection, connection.cursor() as cursor:
        cursor.execute("select status, detail->>'sources', detail->>'erp:fx_rates' from ops.run_ledger order by finished_at")
        assert cursor.fetchall() == [("noop", "0", None), ("done", "1", "1"), ("noop", "1", None)]
        cursor.execute("select quote, rate::text, day, loaded_at from raw.fx_rates")
        (found,) = cursor.fetchall()
        assert found[:2] == ("USD", "1.08000000")
        assert found[3] == datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
