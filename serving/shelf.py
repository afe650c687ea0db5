"""What a version says of its products and their offers, kept in memory: a version never changes, only what is live does."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Row = dict[str, Any]
Versions = tuple[int, int]  # of product and of product_offer


@dataclass(frozen=True)
class Kept:
    """A product in short and its offers by offer_id, as the release published them, in JSON's own types."""

    card: Row
    offers: dict[str, Row]


class Shelf:
    """The products asked for last, at most `size` of them, of one version; a release or a rollback empties it.

    A process has its own: about 3 kB an offer. A size of 0 keeps nothing.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._versions: Versions | None = None
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()
        self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, versions: Versions, product_ids: Sequence[UUID]) -> tuple[dict[UUID, Kept], list[UUID]]:
        """What is kept of the products, and the ids of those that must be read."""
        if versions != self._versions:
            self._versions = versions
            self._kept.clear()
        found = {product_id: self._kept[product_id] for product_id in product_ids if product_id in self._kept}
        for product_id in found:
            self._kept.move_to_end(product_id)
        missing = [product_id for product_id in product_ids if product_id not in found]
        self.hits += len(found)
        self.misses += len(missing)
        return found, missing

    def put(self, versions: Versions, read: Iterable[tuple[UUID, Kept]]) -> None:
        """Keep what was read, unless another version has come to be asked for meanwhile."""
        if versions != self._versions:
            return
        self._kept.update(read)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
