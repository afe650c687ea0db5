"""ShopToRawOperator: poll the shop's feeds and the storefront's inbox into raw."""

from datetime import datetime

from dealhouse.loading.inbox import land_inbox
from dealhouse.loading.wishes import land_wishes
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.run_ledger import Outcome, Status
from dealhouse.scraping.shop_feed import poll_all
from dealhouse.settings import settings


class ShopToRawOperator(LedgeredOperator):
    """Land and load everything new from the shop's feeds and from the inbox; exactly once.

    A shop whose orders are imported has no feeds. Nothing new, for that reason or another, is a recorded no-op.
    """

    def work(self, as_of: datetime) -> Outcome:
        inbox = [landed for landed in (land_inbox(as_of), land_wishes(as_of)) if landed]
        results = [*(poll_all(as_of) if settings().has_feeds else []), *inbox]
        kinds = {f"{result.source}:{result.kind}": result.loaded for result in results}
        status: Status = "done" if results else "noop"
        return Outcome(sum(kinds.values()), status, {**kinds, "rejected": sum(result.rejected for result in results)})
