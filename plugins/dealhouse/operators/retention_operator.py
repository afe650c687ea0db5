"""RetentionOperator: what is older than dealhouse/retention/rules.yml keeps it, goes."""

from datetime import datetime

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.retention.prune import prune
from dealhouse.run_ledger import Outcome


class RetentionOperator(LedgeredOperator):
    """Prune tables, predictions and files for the run's key; nothing to prune is a recorded no-op."""

    def work(self, as_of: datetime) -> Outcome:
        done = prune(as_of)
        return Outcome(done.count, "done" if done.count else "noop", dict(done.__dict__))
