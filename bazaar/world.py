"""One world: its size, seed and day, and everything that follows from them."""

from dataclasses import dataclass, field
from functools import cached_property

from bazaar.catalogue import Catalogue, build_catalogue
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

    @property
    def first_day(self) -> int:
        """The first day of the history."""
        return -self.size.history_days


def open_world(settings: BazaarSettings, day: int = 0) -> World:
    """The world that the settings name, at that day. Raises UnknownWorldError."""
    return World(world_size(settings.world), settings.seed, settings, day)
