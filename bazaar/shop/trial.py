"""An A/A test that the shop runs on its own pages: two arms that see the same, so that whoever reads tests sees no effect.

A browser's arm follows from its name alone, whatever it visits and whenever.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bazaar.rng import number
from bazaar.shop.world import Shop

EXPERIMENT = "same_shelves"
ARMS = ("a", "b")
FIRST_DAY = -28


def arm_of(shop: Shop, visitor: str) -> str:
    return ARMS[number(shop.seed, "shop", "trial", EXPERIMENT, visitor) % len(ARMS)]


def exposure_rows(shop: Shop, day: int, events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One exposure for each visit that begins, from the test's first day on."""
    if day < FIRST_DAY:
        return
    for event in events:
        if event["kind"] == "page_view":
            visitor = str(event["anonymous_id"])
            yield {
                "experiment": EXPERIMENT, "variant": arm_of(shop, visitor), "anonymous_id": visitor,
                "native_customer_id": event["native_customer_id"], "event_at": event["event_at"],
            }
