from datetime import UTC, datetime

import pytest

from dealhouse import run_ledger
from dealhouse.operators.raw_to_warehouse_operator import RawToWarehouseOperator

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize("full_refresh", [True, False])
def test_a_full_refresh_is_forced(*, full_refresh: bool) -> None:
    operator = RawToWarehouseOperator(task_id="build_core", selector="core", full_refresh=str(full_refresh))
    assert operator.is_forced is full_refresh


@pytest.mark.usefixtures("warehouse")
def test_without_upstream_the_inputs_are_the_loaded_batches() -> None:
    operator = RawToWarehouseOperator(task_id="build_core", selector="core")
    assert operator.inputs(AS_OF) == run_ledger.landed_inputs(AS_OF)
