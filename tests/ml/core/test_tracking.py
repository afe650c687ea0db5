import logging
from datetime import UTC, datetime

import mlflow
import pandas as pd
import pytest

from ml.core.settings import settings
from ml.core.tracking import data_snapshot, track

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
FRAME = pd.DataFrame({"offer_id": ["a", "b"], "price": [1.0, None]})


def test_a_snapshot_knows_values_not_order() -> None:
    assert data_snapshot(FRAME) == data_snapshot(FRAME.iloc[::-1])
    assert data_snapshot(FRAME) != data_snapshot(FRAME.assign(price=[1.0, 2.0]))
    assert data_snapshot(FRAME) != data_snapshot(FRAME.rename(columns={"price": "cost"}))


@pytest.mark.usefixtures("warehouse")
def test_a_training_is_remembered(mlflow_uri: str) -> None:
    assert track("matching", AS_OF, "v-remembered", params={"trees": 3}, metrics={"f1": 0.5}, snapshot="abc")
    client = mlflow.MlflowClient(mlflow_uri)
    experiment = client.get_experiment_by_name("dealhouse-matching")
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id], "tags.model_version = 'v-remembered'")[0]
    assert found.data.params == {"trees": "3"}
    assert found.data.metrics == {"f1": 0.5}
    assert found.data.tags["as_of"] == "2026-05-05T10:15:00"
    assert found.data.tags["data_snapshot"] == "abc"


@pytest.mark.usefixtures("warehouse")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("uri", ["sqlite:////proc/nowhere/mlflow.db", "postgresql://nobody@127.0.0.1:1/mlflow"])
def test_a_tracker_that_fails_is_logged_and_stops_nothing(
    uri: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    settings.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert not track("matching", AS_OF, "v-lost", params={}, metrics={}, snapshot="")
    assert "v-lost" in caplog.text
