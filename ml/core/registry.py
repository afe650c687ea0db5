"""predictions.live_model: which model of a capability is live, and who may replace it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from ml.core.warehouse_io import Run, transaction


@dataclass(frozen=True)
class LiveModel:
    """The live model; `artifact_uri` is what `artifacts.load` takes.

    value, naive_value: as measured when it was promoted, at as_of."""

    capability: str
    scope: str
    model_version: str
    artifact_uri: str | None
    metric: str
    value: float
    naive_value: float | None
    trained_on: str
    as_of: datetime


@dataclass(frozen=True)
class Candidate:
    """A freshly trained model with its figure on held-out data, beside the naive's and the live model's on the same data."""

    model_version: str
    artifact_uri: str | None
    metric: str
    value: float
    naive_value: float
    live_value: float | None
    higher_is_better: bool
    trained_on: str = ""


def live(capability: str, scope: str = "all") -> LiveModel | None:
    """The live model, or None: then the capability's naive serves."""
    with transaction() as connection:
        row = connection.execute(
            text("""select capability, scope, model_version, artifact_uri, metric, value, naive_value, trained_on, as_of
                    from predictions.live_model where capability = :capability and scope = :scope"""),
            {"capability": capability, "scope": scope},
        ).mappings().one_or_none()
    return LiveModel(**row) if row else None


def deserves(candidate: Candidate) -> bool:
    """Better than the live model on the same data, or, where none is live, better than the naive. NaN never is."""
    bar = candidate.naive_value if candidate.live_value is None else candidate.live_value
    return candidate.value > bar if candidate.higher_is_better else candidate.value < bar


def promote(run: Run, candidate: Candidate) -> bool:
    """Make a deserving candidate live, in the run's transaction. False: the live one, or the naive, stays."""
    if not deserves(candidate):
        return False
    run.execute(
        """insert into predictions.live_model
               (capability, scope, model_version, artifact_uri, metric, value, naive_value, run_id, as_of, trained_on)
           values (:capability, :scope, :version, :uri, :metric, :value, :naive, :run_id, :as_of, :trained_on)
           on conflict (capability, scope) do update set
               model_version = excluded.model_version, artifact_uri = excluded.artifact_uri, metric = excluded.metric,
               value = excluded.value, naive_value = excluded.naive_value, run_id = excluded.run_id, as_of = excluded.as_of,
               trained_on = excluded.trained_on""",
        {
            "capability": run.capability, "scope": run.scope, "version": candidate.model_version, "uri": candidate.artifact_uri,
            "metric": candidate.metric, "value": candidate.value, "naive": candidate.naive_value, "run_id": run.run_id,
            "as_of": run.as_of, "trained_on": candidate.trained_on,
        },
    )
    return True
