from datetime import UTC, datetime

import pytest

from dealhouse import run_ledger
from dealhouse.operators.raw_to_warehouse_operator import RawToWarehouseOperator

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("warehouse")
def test_a_full_refresh_works_whatever_the_ledger_says_of_the_inputs() -> None:
    assert RawToWarehouseOperator(task_id="build_core", selector="core", full_refresh="True").inputs(AS_OF) is None


@pytest.mark.usefixtures("warehouse")
def test_without_upstream_the_inputs_are_the_loaded_batches() -> None:
    operator = RawToWarehouseOperator(task_id="build_core", selector="core", full_refresh="False")
    assert operator.inputs(AS_OF) == run_ledger.landed_inputs(AS_OF)
