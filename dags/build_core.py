"""# build_core

Turns what was received into the warehouse's core: staging, offer versions, and the attributes that matching reads.

- **Inputs**: every batch loaded up to the run's key (`raw.*`), after `ingest_offers`, `ingest_shop` or `ingest_sources`.
- **Outputs**: schemas `staging`, `intermediate`, `features.offer_attributes`; `publish.live_offer`; Asset `core`.
- **Run type**: the key *is* the answer's instant. A rerun of a key gives that key's answer; safe to backfill in any order.
- **Both ingests of one key arrive**: the first run waits in `await_ingests` for the other ingest, DEALHOUSE_INGEST_PATIENCE
  seconds at most; the second run then finds nothing newly loaded and records a no-op in `ops.run_ledger`.

## Triage
1. `await_ingests` takes long: an ingest is under way; it goes on by itself, and what comes in later is built by its own run.
1. A red `build_core`: the log ends with the failing dbt node and its message; `ops.dbt_results` keeps every node.
2. A failing *test* means that the data broke a promise: look at the rows with the compiled SQL named in the log, then at
   `raw.rejects` of the same key.
3. A red `refresh_live_offers`: rows that fail the gate keep their last good values; see `ops.alerts`.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable

from dealhouse.assets import CORE, RAW_OFFERS, RAW_SHOP, RAW_SOURCES
from dealhouse.operators.candidate_to_live_offer_operator import CandidateToLiveOfferOperator
from dealhouse.operators.ingest_settled_sensor import IngestSettledSensor
from dealhouse.operators.raw_to_warehouse_operator import RawToWarehouseOperator
from dealhouse.policies import BUILD, DAG_ARGS, Tag
from dealhouse.settings import settings

with DAG(
    dag_id="build_core",
    dag_display_name="2 · Build core",
    schedule=PartitionedAssetTimetable(assets=RAW_OFFERS | RAW_SHOP | RAW_SOURCES),
    doc_md=__doc__,
    params=BUILD,
    tags=[Tag.WAREHOUSE],
    **DAG_ARGS,
):
    settled = IngestSettledSensor(
        task_id="await_ingests", ingests=["ingest_offers", "ingest_shop", "ingest_sources"], patience=settings().ingest_patience
    )
    core = RawToWarehouseOperator(task_id="build_core", selector="core")
    live = CandidateToLiveOfferOperator(
        task_id="refresh_live_offers", upstream=[("build_core", "build_core")], outlets=[CORE]
    )
    settled >> core >> live
