"""# export_marts

Writes marts as Parquet on the store, for who works with files: a folder a day where the mart has days.

- **Inputs**: the marts that the form names, one to a line (`fct_orders`, `scored.customer_360`), as `bi_reader` may read them.
- **Outputs**: `exports/<mart>/<instant>/day=…/part-….parquet` and, last, `schema.json` with types and the words of dbt.
- **Run type**: now; the same instant again replaces its folder.

## Triage
1. `BadInputError`: there is no such mart, or analysts may not read it (raw, features and predictions are not exported).
2. `ConfigurationError`: dbt has not built anything here yet.
3. Disk: a file is written here before it goes to the store, a million rows at most.
"""

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from dealhouse.policies import DAG_ARGS, Pool, Tag

MARTS = {
    "marts": Param(
        ["fct_orders"], type="array", items={"type": "string", "pattern": "^((marts|scored|publish)\\.)?[a-z_][a-z0-9_]*$"},
        minItems=1, title="Marts", description="One to a line: fct_orders, scored.customer_360, …",
    )
}

with DAG(
    dag_id="export_marts",
    dag_display_name="9 · Export marts",
    schedule=None,
    doc_md=__doc__,
    params=MARTS,
    tags=[Tag.OPERATIONS],
    **DAG_ARGS,
):

    @task(pool=Pool.DBT)
    def export() -> list[dict[str, Any]]:
        """Each mart in turn, while nothing builds and nobody is erased; the folder is called after the instant of the request."""
        from dealhouse.landing.export import export

        context = get_current_context()
        asked_at = context["dag_run"].run_after
        return [export(mart, asked_at).as_dict() for mart in context["params"]["marts"]]

    export()
