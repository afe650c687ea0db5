"""# publish_storefront

Write, audit, publish: builds a release beside the live one, audits exactly those rows, then flips every dataset at once.

- **Inputs**: deals, recommendations and prices of the same key.
- **Outputs**: schemas `scored` and `publish_candidate`; `publish.*` partitions of a new version; `publish.current`; Asset
  `publish.storefront`.
- **A failed gate** leaves the last release serving and this run red; the built partitions stay for inspection.
- **A superseded key** (older than the live release) succeeds as a recorded no-op.
- **Rollback**: `python -m dealhouse.releasing rollback`, one command, readers never see a mix.

## Triage
1. `audit_release` is red: `ops.gate_results` names dataset and expectation; query `publish.<dataset>_v<version>` directly.
2. `flip_release` refuses: it found no pass for this release; run the audit again, never flip by hand.
"""

from datetime import datetime
from typing import Any

from airflow.sdk import DAG, PartitionedAssetTimetable, get_current_context, task

from dealhouse.assets import DEAL_SCORES, PRICES, RECOMMENDATIONS, STOREFRONT
from dealhouse.operators.candidate_to_publish_operator import CandidateToPublishOperator
from dealhouse.operators.ledgered_operator import once
from dealhouse.operators.publish_to_storefront_operator import PublishToStorefrontOperator
from dealhouse.operators.quality_gate import checked
from dealhouse.operators.raw_to_warehouse_operator import RawToWarehouseOperator
from dealhouse.policies import BUILD, DAG_ARGS, Tag
from dealhouse.run_ledger import Outcome
from dealhouse.settings import settings

UPSTREAM = [
    ("score_deals", "score_deals"),
    ("train_recommendations", "train_recommendations"),
    ("forecast_demand", "forecast_demand"),
    ("price_products", "price_products"),
]

with DAG(
    dag_id="publish_storefront",
    dag_display_name="7 · Publish to the storefront",
    schedule=PartitionedAssetTimetable(assets=DEAL_SCORES & RECOMMENDATIONS & PRICES),
    doc_md=__doc__,
    params=BUILD,
    tags=[Tag.PUBLISH],
    **DAG_ARGS,
):
    candidate = RawToWarehouseOperator(task_id="build_candidate", selector="releasable", upstream=UPSTREAM)
    build = CandidateToPublishOperator(task_id="build_release", upstream=[("publish_storefront", "build_candidate")])

    @task
    def audit_release(built: Any) -> None:  # noqa: ANN401 (an XComArg here, a dict when it runs)
        """The second quality border: exactly the rows that the flip would publish."""

        def audit(_: datetime) -> Outcome:
            from expectations.gates import check_release

            return checked(check_release(settings().database_url.get_secret_value(), built["release_id"]))

        once(get_current_context(), built["release_id"], audit)

    flip = PublishToStorefrontOperator(task_id="flip_release", built=build.output, outlets=[STOREFRONT])
    candidate >> build
    audit_release(build.output) >> flip
