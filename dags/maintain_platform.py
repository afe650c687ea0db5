"""# maintain_platform

Keeps the house tidy, once a day: drops published versions beyond the kept ones.

- **Inputs**: `publish.release`, `publish.current`.
- **Outputs**: fewer partitions; never touches raw, landing, or the kept versions (`DEALHOUSE_KEPT_VERSIONS`).
- **Run type**: now; safe to run at any time, twice too.

## Triage
1. A version that would not drop: a long query still reads it; the next run tries again.
"""

from airflow.sdk import DAG

from dealhouse.operators.maintain_publish_operator import MaintainPublishOperator
from dealhouse.policies import DEFAULT_ARGS, Tag, maintenance_schedule

with DAG(
    dag_id="maintain_platform",
    dag_display_name="8 · Maintain the platform",
    schedule=maintenance_schedule(),
    doc_md=__doc__,
    default_args=DEFAULT_ARGS,
    tags=[Tag.OPERATIONS],
    max_active_runs=1,
    catchup=False,
):
    MaintainPublishOperator(task_id="prune_versions")
