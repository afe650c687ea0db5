"""Links that earn: the slots of a published link filled, so that a network's report says where it was followed, and to what.

A sub-id is `<placement>_<d|o><16 hex digits>`: where the link stood, and the first half of the id of the deal, or of the offer
where no deal is. It names nobody.
"""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from serving.schemas import Deal, Offer

Placement = Literal["api", "list", "product", "deal", "mail"]


def sub_id(placement: Placement, deal_id: UUID | None, offer_id: UUID) -> str:
    """What the network gives back with a sale."""
    subject = f"o{offer_id.hex[:16]}" if deal_id is None else f"d{deal_id.hex[:16]}"
    return f"{placement}_{subject}"


def followed(row: Mapping[str, Any]) -> str | None:
    """The link of a published row for who asks the API, with its slots {sub_id} and {url} filled; without slots as it is."""
    link = row["affiliate_url"]
    if not isinstance(link, str):
        return None
    told = sub_id("api", row["deal_id"], row["offer_id"])
    return link.replace("{sub_id}", told).replace("{url}", quote(row["url"] or "", safe=""))


def placed(listing: Deal | Offer, placement: Placement) -> str | None:
    """The link of a listing where it stands on a page; the listing's own page when there is no other."""
    told, here = (sub_id(place, listing.deal_id, listing.offer_id) for place in ("api", placement))
    return listing.affiliate_url.replace(told, here) if listing.affiliate_url else listing.url
