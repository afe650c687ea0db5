"""What is released has a suite, found from dbt's own manifest."""

from pathlib import Path

from dealhouse.releasing.contract import read_contracts
from expectations.suites import PUBLISH


def test_every_published_dataset_has_a_suite(manifest: Path) -> None:
    datasets = set(read_contracts(manifest))
    assert "deal" in datasets
    assert datasets == set(PUBLISH)
