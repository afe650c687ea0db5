"""MLflow remembers each training: parameters, metrics, data snapshot. It only records; predictions.live_model decides."""

import hashlib
import logging
import os
from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from ml.core.as_of import format_as_of
from ml.core.settings import settings

log = logging.getLogger(__name__)


def data_snapshot(*frames: pd.DataFrame) -> str:
    """A short hash of frames' columns and values, whatever the order of their rows."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update("|".join(frame.columns).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).sort_values().to_numpy().tobytes())
    return digest.hexdigest()[:16]


def track(
    capability: str, as_of: datetime, model_version: str, *,
    params: Mapping[str, object], metrics: Mapping[str, float], snapshot: str,
) -> bool:
    """Record a training. A tracker that fails is logged and returns False: it never stops a run."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    for noisy in ("mlflow", "alembic"):  # mlflow sets its own level when imported
        logging.getLogger(noisy).setLevel(logging.WARNING)

    try:
        settings().home.mkdir(parents=True, exist_ok=True)
        _knock(settings().mlflow_uri)
        mlflow.set_tracking_uri(settings().mlflow_uri)
        mlflow.set_experiment(f"dealhouse-{capability}")
        with mlflow.start_run(run_name=model_version):
            mlflow.set_tags({"as_of": format_as_of(as_of), "model_version": model_version, "data_snapshot": snapshot})
            mlflow.log_params(dict(params))
            mlflow.log_metrics({name: float(value) for name, value in metrics.items()})
    except (MlflowException, SQLAlchemyError, OSError) as error:
        log.warning("tracking of %s failed: %s", model_version, error)
        return False
    return True


def _knock(uri: str) -> None:
    """Raise at once when a tracking database is away: MLflow would ask it ten times over two minutes."""
    if uri.startswith("postgresql"):
        import sqlalchemy

        database = sqlalchemy.create_engine(uri, connect_args={"connect_timeout": 5})
        with database.connect():
            pass
        database.dispose()
