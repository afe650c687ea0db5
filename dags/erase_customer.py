"""# erase_customer

Takes a person out of everything: landing, raw, the warehouse, predictions, every published version, the inbox. Figures stay:
orders, visits and reviews go on under the name of nobody.

- **Inputs**: a `customer_key`. Airflow keeps with the run what is typed into this form, so it asks for no number and no address:
  `python -m dealhouse.privacy key --native-id 7` (or `--email`) says the key.
- **Outputs**: rewritten batches in `landing/` (`received = loaded + rejected + erased`), raw loaded from them again, the marts
  built again; a line in `ops.erasures` and in the store under `erasures/`: a hash, what was found, and where was looked for what
  might be left.
- **Run type**: now, whenever somebody asks; safe to run again. `python -m dealhouse.privacy replay` repeats them all after a
  restore; `maintain_platform` does so every day, for whom the shop sends again.

## Triage
1. `LeftBehindError` names tables and files in which something still stands: a column or a file that nobody told of. Take it
   out by hand, or teach `dealhouse.privacy`, and run again.
2. A red build: the person is gone already, the marts lack their figures until the next build succeeds.
3. `CorruptBatchError`: a landed batch was damaged before; bring it back from a backup, then run again.
"""

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from dealhouse.policies import DAG_ARGS, Pool, Tag

PERSON = {
    "customer_key": Param(
        type="string", pattern="^[0-9a-f]{32}$", title="Customer key",
        description="32 hexadecimal digits: python -m dealhouse.privacy key --native-id … | --email …",
    )
}

with DAG(
    dag_id="erase_customer",
    dag_display_name="9 · Erase a customer",
    schedule=None,
    doc_md=__doc__,
    params=PERSON,
    tags=[Tag.OPERATIONS],
    **DAG_ARGS,
):

    @task(pool=Pool.DBT)
    def erase() -> dict[str, Any]:
        """Nothing of the person is left, proven by search; the answer tells counts only."""
        from dealhouse.privacy.erase import erase

        return erase(frozenset({get_current_context()["params"]["customer_key"]})).as_dict()

    erase()
