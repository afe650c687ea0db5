"""MaintainPublishOperator: drop published versions beyond the kept ones."""

from datetime import datetime

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.releasing.prune import prune
from dealhouse.run_ledger import Outcome


class MaintainPublishOperator(LedgeredOperator):
    """Prune what no reader can reach any more; nothing to prune is a recorded no-op."""

    def work(self, as_of: datetime) -> Outcome:
        pruned = prune()
        detail = {"dropped": pruned.dropped, "busy": pruned.busy}
        return Outcome(len(pruned.dropped), "done" if pruned.dropped else "noop", detail)
