"""# maintain_platform

Keeps the house tidy, once a day: drops published versions beyond the kept ones and what is older than the retention rules keep
it; erases again whom the shop sent again after they were erased.

- **Inputs**: `publish.release`, `publish.current`; `dealhouse/retention/rules.yml`; `ops.erasures`.
- **Outputs**: fewer partitions, rows and files, never of the kept versions (`DEALHOUSE_KEPT_VERSIONS`), of a live model or of a
  table that no rule names (`docs/tables.md` tells how long each is kept).
- **Also**: `quality/` in `DEALHOUSE_HOME`, Great Expectations' pages of the last loads and the live release; *Platform status*
  leads to them.
- **Run type**: now; safe to run at any time, twice too.

## Triage
1. A version that would not drop: a long query still reads it; the next run tries again.
2. `prune_tables` waits for a lock, and fails: a build holds the table; the next try, or tomorrow's run, takes what is left.
3. `replay_erasures` fails with `LeftBehindError`: see *Erase a customer*.
4. A red `write_quality_docs`: the pages of the day before stay; the gates themselves do not need them.
"""

from airflow.sdk import DAG, get_current_context, task

from dealhouse.operators.ledgered_operator import ledgered
from dealhouse.operators.maintain_publish_operator import MaintainPublishOperator
from dealhouse.operators.replay_erasures_operator import ReplayErasuresOperator
from dealhouse.operators.retention_operator import RetentionOperator
from dealhouse.policies import DAG_ARGS, Pool, Tag, maintenance_schedule
from dealhouse.run_ledger import Outcome
from dealhouse.settings import settings

with DAG(
    dag_id="maintain_platform",
    dag_display_name="8 · Maintain the platform",
    schedule=maintenance_schedule(),
    doc_md=__doc__,
    tags=[Tag.OPERATIONS],
    **DAG_ARGS,
):
    MaintainPublishOperator(task_id="prune_versions")
    RetentionOperator(task_id="prune_tables")
    ReplayErasuresOperator(task_id="replay_erasures", pool=Pool.DBT)

    @task
    def write_quality_docs() -> None:
        """A page for each suite: what it expects, and what was seen in the last load or the live release."""
        from expectations.docs import write_docs

        url, folder = settings().database_url.get_secret_value(), settings().home / "quality"
        ledgered(get_current_context(), lambda _: Outcome(pages := write_docs(url, folder), "done" if pages else "noop"))

    write_quality_docs()
