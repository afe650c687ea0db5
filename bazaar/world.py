"""One world: its size, seed and day, and everything that follows from them."""

from dataclasses import dataclass, field
from functools import cached_property

from bazaar import illness
from bazaar.catalogue import Catalogue, build_catalogue
from bazaar.market import Market
from bazaar.merchants import Merchant, build_merchants
from bazaar.offers import Listing, build_listings
from bazaar.settings import BazaarSettings
from bazaar.sizes import WorldSize, world_size


@dataclass
class World:
    """The running world. Only `day` ever changes; all the rest is a function of (size, seed, port)."""

    size: WorldSize
    seed: int
    settings: BazaarSettings
    day: int = 0
    notes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def catalogue(self) -> Catalogue:
        return build_catalogue(self.size, self.seed)

    @cached_property
    def merchants(self) -> tuple[Merchant, ...]:
        return build_merchants(self.size, self.seed, self.settings.port)

    @cached_property
    def listings(self) -> list[Listing]:
        return build_listings(self.merchants, self.catalogue)

    @cached_property
    def market(self) -> Market:
        return Market(self.merchants, self.listings, self.catalogue, first_day=self.first_day)

    @cached_property
    def listings_of(self) -> list[list[Listing]]:
        """Listings by merchant number, in feed order."""
        by_merchant: list[list[Listing]] = [[] for _ in self.merchants]
        for listing in self.listings:
            by_merchant[listing.merchant].append(listing)
        return by_merchant

    @cached_property
    def illnesses(self) -> dict[int, str]:
        """What each ill merchant has, by its number: the names of bazaar.illness."""
        return illness.spread(self.size.merchants, self.seed) if self.size.is_market else {}

    @property
    def first_day(self) -> int:
        """The first day of the history."""
        return -self.size.history_days


def open_world(settings: BazaarSettings, day: int = 0) -> World:
    """The world that the settings name, at that day. Raises UnknownWorldError."""
    return World(world_size(settings.world), settings.seed, settings, day)
