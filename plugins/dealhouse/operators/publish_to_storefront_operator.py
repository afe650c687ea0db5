"""PublishToStorefrontOperator: flip a release that passed its gate."""

from datetime import datetime
from typing import Any

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.releasing.flip import flip
from dealhouse.run_ledger import Outcome


class PublishToStorefrontOperator(LedgeredOperator):
    """Make a release the live one; a key older than the live one, or a release that is live already, is a recorded no-op.

    built: what CandidateToPublishOperator returned.
    """

    template_fields = ("built",)

    def __init__(self, *, built: Any, **kwargs: Any) -> None:  # noqa: ANN401 (an XComArg until it is rendered)
        super().__init__(**kwargs)
        self.built = built

    def work(self, as_of: datetime) -> Outcome:
        flipped = flip(self.built["release_id"])
        return Outcome(
            len(flipped.datasets), "done" if flipped.outcome == "live" else "noop",
            {"release_id": flipped.release_id, "flip": flipped.outcome},
        )
