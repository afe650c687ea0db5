"""When a capability trains again, and which model served at an instant: so that a backfill never uses tomorrow's model."""

from datetime import datetime, timedelta

from ml.core.as_of import is_learnt
from ml.core.job import Train
from ml.core.registry import Candidate, deserves
from ml.core.warehouse_io import read_frame


def wanted(capability: str, as_of: datetime, train: Train, every_days: int) -> bool:
    """Whether a run at `as_of` trains: always, never, or (auto) when nothing was trained within `every_days` before it."""
    return train == "always" or (train == "auto" and not _trained_lately(capability, as_of, every_days))


def _trained_lately(capability: str, as_of: datetime, every_days: int) -> bool:
    found = read_frame(
        """select 1 as one from predictions.live_model
           where capability = %(capability)s and as_of > %(since)s and as_of <= %(as_of)s
           union all
           select 1 from predictions.run
           where capability = %(capability)s and status = 'complete' and metrics ->> 'trained' = 'true'
             and as_of > %(since)s and as_of < %(as_of)s""",
        {"capability": capability, "as_of": as_of, "since": as_of - timedelta(days=every_days)},
    )
    return not found.empty


def version_serving(capability: str, as_of: datetime) -> str | None:
    """The model version that served at `as_of`: the live one, or for a backfill the newest complete run's; None before any."""
    found = read_frame(
        """select model_version from (
               select model_version, 0 as place, as_of from predictions.live_model
               where capability = %(capability)s and as_of <= %(as_of)s
               union all
               select model_version, 1, as_of from predictions.run
               where capability = %(capability)s and status = 'complete' and as_of <= %(as_of)s
           ) as versions order by place, as_of desc limit 1""",
        {"capability": capability, "as_of": as_of},
    )
    return None if found.empty else str(found["model_version"].iloc[0])


def learnt_serving(capability: str, as_of: datetime) -> str | None:
    """The learnt model that served at `as_of`, stored as `<capability>/<version>`; None where rules or a baseline did.

    Whatever their number: rules that served before they were changed have no artifact either.
    """
    serving = version_serving(capability, as_of)
    return serving if serving and is_learnt(serving) else None


def goes_live(capability: str, candidate: Candidate | None, as_of: datetime) -> bool:
    """Whether what was trained at `as_of` replaces what serves: it is better, and no model trained later is live."""
    return candidate is not None and deserves(candidate) and is_newest(capability, as_of)


def is_newest(capability: str, as_of: datetime) -> bool:
    """False when a model trained later is live: a backfill may not replace it."""
    found = read_frame(
        "select 1 as one from predictions.live_model where capability = %(capability)s and as_of > %(as_of)s",
        {"capability": capability, "as_of": as_of},
    )
    return found.empty
