"""A page in the order of its reader: what is of the categories and brands that are recommended to them comes first."""

from collections import Counter
from dataclasses import dataclass

from serving.db import Session
from serving.found import DealList, FoundDeal

CATEGORY, BRAND = 1.0, 1.5
STEP = 0.15  # of a page's length that the strongest taste of a kind moves a deal up


@dataclass(frozen=True)
class Tastes:
    """Shares, 0 to 1, of the categories and brands among what is recommended to a customer."""

    categories: dict[str, float]
    brands: dict[str, float]

    def liking(self, deal: FoundDeal) -> float:
        """0 for what says nothing to them."""
        of_category = self.categories.get(deal.category or "", 0.0)
        return CATEGORY * of_category + BRAND * self.brands.get((deal.brand or "").lower(), 0.0)


async def ordered(session: Session, customer: str, answer: DealList) -> DealList:
    """The same page in the customer's order; as it was for one whom we do not know. The walk by cursor stays everybody's."""
    tastes = await _tastes(session, customer)
    if tastes is None:
        return answer
    size = len(answer.items)
    places = {deal.deal_id: place - STEP * size * tastes.liking(deal) for place, deal in enumerate(answer.items)}
    items = sorted(answer.items, key=lambda deal: places[deal.deal_id])
    return answer.model_copy(update={"items": items, "personalised": True})


async def _tastes(session: Session, customer: str) -> Tastes | None:
    known, product = session.pointers.get("recommendation"), session.pointers.get("product")
    if known is None or product is None:
        return None
    rows = await session.rows("tastes", recommendation=known.version, product=product.version, customer_key=customer)
    categories, brands = Counter[str](), Counter[str]()
    for row in rows:
        categories[row["category"] or ""] += row["products"]
        brands[(row["brand"] or "").lower()] += row["products"]
    return Tastes(_shares(categories), _shares(brands)) if rows else None


def _shares(counted: Counter[str]) -> dict[str, float]:
    most = max(counted.values())
    return {name: count / most for name, count in counted.items() if name}
