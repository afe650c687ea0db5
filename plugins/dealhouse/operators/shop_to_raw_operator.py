"""ShopToRawOperator: poll the shop's feeds and the storefront's inbox into raw."""

from datetime import datetime

from dealhouse.loading.inbox import land_inbox
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.run_ledger import Outcome
from dealhouse.scraping.shop_feed import poll_all


class ShopToRawOperator(LedgeredOperator):
    """Land and load everything new from the shop's feeds and from `inbox.events`; exactly once."""

    def work(self, as_of: datetime) -> Outcome:
        inbox = land_inbox(as_of)
        results = [*poll_all(as_of), *([inbox] if inbox else [])]
        kinds = {f"{result.source}:{result.kind}": result.loaded for result in results}
        return Outcome(
            sum(kinds.values()), detail={**kinds, "rejected": sum(result.rejected for result in results)}
        )
