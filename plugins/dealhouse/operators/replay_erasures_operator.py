"""ReplayErasuresOperator: who was erased and came back, goes again."""

from datetime import datetime

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.privacy.erase import replay
from dealhouse.run_ledger import Outcome


class ReplayErasuresOperator(LedgeredOperator):
    """Erase again whom the shop sent again or a restore brought back; nobody is a recorded no-op.

    Marts that lose rows are whole again with the next build.
    """

    def work(self, as_of: datetime) -> Outcome:
        done = replay(build=False)
        if done is None:
            return Outcome(status="noop")
        return Outcome(done.people, detail={"batches": done.batches, "rows": done.rows})
