"""python -m ml deals run --as-of KEY: refuse, judge and score every deal candidate."""

from collections.abc import Sequence

from ml.core import job
from ml.core.warehouse_io import run
from ml.deals.config import DealsConfig
from ml.deals.evaluate import agreement
from ml.deals.features import joined, read_candidates, read_reputations
from ml.deals.model import VERSION, counts, score_deals

CAPABILITY = "deals"


def run_job(asked: job.JobArgs, config: DealsConfig | None = None) -> job.JobResult:
    """Score all candidates at `as_of` in one run; refused ones keep their reasons."""
    config = config or DealsConfig()
    candidates = read_candidates()
    scored = score_deals(joined(candidates, read_reputations(config), config), asked.as_of, config)
    metric = agreement(candidates, asked.as_of, config)
    with run(CAPABILITY, asked.as_of, VERSION) as opened:
        opened.write("deal_scores", scored)
        opened.metrics = {
            "verdicts": {str(name): int(n) for name, n in scored["verdict"].value_counts().sort_index().items()},
            "reject_reasons": counts(scored["reject_reasons"].tolist()), metric.name: metric.value,
        }
    return job.JobResult(
        capability=CAPABILITY, as_of=asked.as_of, run_id=opened.run_id, model_version=VERSION, trained=False, promoted=False,
        rows_written=opened.rows_written, metric=metric, idle="no offer is a deal candidate" if candidates.empty else None,
    )


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv)
