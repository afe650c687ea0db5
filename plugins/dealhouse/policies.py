"""What every DAG shares: owner, tags, retries by error class, pools, and who hears of a failure."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Context, CronPartitionTimetable, ExceptionRetryPolicy, Param, PartitionedAtRuntime, RetryAction, RetryRule

from dealhouse import alerts
from dealhouse.as_of import parse_as_of
from dealhouse.errors import PermanentError, TransientError
from dealhouse.settings import settings


class Tag(StrEnum):
    """The only tags a DAG may carry: its layer."""

    INGEST = "ingest"
    WAREHOUSE = "warehouse"
    MODEL = "model"
    PUBLISH = "publish"
    OPERATIONS = "operations"


class Pool(StrEnum):
    """Airflow pools; stack/pools.json declares their slots."""

    CRAWL = "crawl"
    DBT = "dbt"
    MODELS = "models"


# The one place where our error classes meet Airflow's retries.
RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=PermanentError, action=RetryAction.FAIL, reason="permanent: a retry cannot mend it"),
        RetryRule(exception=TransientError, action=RetryAction.RETRY, retry_delay=timedelta(seconds=20)),
    ]
)


# The one parameter of every model's DAG.
TRAIN = {"train": Param("auto", enum=["auto", "always", "never"], description="Retrain when due, always, or never")}

# Of a model that builds on what earlier runs left.
REBUILD = {"full": Param(False, type="boolean", description="Everything again, whatever earlier runs left")}

# The one parameter of every DAG that builds the warehouse.
BUILD = {
    "full_refresh": Param(
        False, type="boolean", description="Build from nothing though nothing new came in: raw was rebuilt, or tables are lost"
    )
}


def alert_on_failure(context: Context) -> None:
    """Leave a row in ops.alerts that names the task, the key and its error."""
    task = context["ti"]
    key = getattr(context["dag_run"], "partition_key", None)
    alerts.raise_alert(
        room=task.dag_id,
        severity="error",
        message=f"{task.dag_id}.{task.task_id} failed: {context.get('exception')}",
        as_of=parse_as_of(key) if key else None,
        detail={"run_id": context["run_id"], "try_number": task.try_number},
    )


DEFAULT_ARGS: dict[str, Any] = {
    "owner": "data-team",
    "retries": 2,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": alert_on_failure,
}

# Of every DAG: what its tasks share, and that one run follows another.
DAG_ARGS: dict[str, Any] = {"default_args": DEFAULT_ARGS, "max_active_runs": 1, "catchup": False}


def ingest_schedule() -> CronPartitionTimetable | PartitionedAtRuntime:
    """The ingest DAGs' clock: DEALHOUSE_INGEST_CRON mints `as_of`; when it is empty, runs are posted with their key."""
    cron = settings().ingest_cron
    return CronPartitionTimetable(cron, timezone="UTC") if cron else PartitionedAtRuntime()


def maintenance_schedule() -> CronPartitionTimetable | PartitionedAtRuntime:
    """Daily where the ingests have a clock, posted where they are."""
    return CronPartitionTimetable("30 3 * * *", timezone="UTC") if settings().ingest_cron else PartitionedAtRuntime()
