"""# ingest_sources

Pulls what is new from the databases that are registered as sources: a YAML file each in DEALHOUSE_SOURCES.

- **Inputs**: each source's table or query, after its watermark in `raw.source_watermarks` less its overlap; rows that changed
  after the run's key wait.
- **Outputs**: `landing/<source>/...`; `raw.shop_*` and reference tables, `raw.rejects`, `raw.source_watermarks`; Asset
  `raw.sources`.
- **Run type**: now; a watermark moves in the transaction that loads its batch, so nothing is lost. What arrives twice is one row
  in staging.
- **Without sources, or without news**: a recorded no-op, and the run is skipped; `build_core` hears nothing of it.

## Triage
1. `ConfigurationError`: the environment variable that a source's file names is not set for the workers.
2. `DatabaseBusyError`: a source is away; the others are loaded, the task retries, the next run catches up.
3. `BadInputError`: a table or column of a source is gone, or its file is wrong; it names the entry. The watermark did not move.
   So does `SourceSchemaError` where a column is of another type now; `python -m dealhouse.loading columns accept` takes it.
4. Rows are missing: they changed further back than `overlap_minutes`, or have no watermark; pull them with
   `python -m dealhouse.loading pull SOURCE.yml --as-of KEY --full`.
"""

from airflow.sdk import DAG, task

from dealhouse.assets import RAW_SOURCES
from dealhouse.operators.quality_gate import hold
from dealhouse.operators.sources_to_raw_operator import SourcesToRawOperator
from dealhouse.policies import DAG_ARGS, Tag, ingest_schedule

with DAG(
    dag_id="ingest_sources",
    dag_display_name="1 · Ingest sources",
    schedule=ingest_schedule(),
    doc_md=__doc__,
    tags=[Tag.INGEST],
    **DAG_ARGS,
):
    pull = SourcesToRawOperator(task_id="pull_sources")

    @task(outlets=[RAW_SOURCES])
    def check_raw() -> None:
        """The first quality border."""
        from expectations.gates import check_raw

        hold(check_raw, "shop")

    pull >> check_raw()
