"""CandidateToLiveOfferOperator: the prices and stock that readers join at read time."""

from datetime import datetime

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.releasing.live_offers import refresh_live_offers
from dealhouse.run_ledger import Outcome


class CandidateToLiveOfferOperator(LedgeredOperator):
    """Upsert publish.live_offer from publish_candidate.live_offer, behind its row gate."""

    def work(self, as_of: datetime) -> Outcome:
        offers = refresh_live_offers(as_of)
        detail = {"candidates": offers.candidates, "held_back": offers.held_back, "vanished": offers.vanished}
        return Outcome(offers.upserted, detail=detail)
