"""A merchant of a market: made when first visited, then only its documents are kept, packed; its rows are forgotten.

So a world of millions of offers needs no more memory than what it has served, and nobody waits for it to be made.
"""

from collections.abc import Mapping
from dataclasses import replace

import zstandard

from bazaar.formats import affiliate
from bazaar.formats.document import Document
from bazaar.market import Market
from bazaar.offers import build_listings
from bazaar.rng import number
from bazaar.rows import Window, shop_window
from bazaar.site import GRAPHQL, Site, whole_address
from bazaar.world import World

WITHOUT_ROWS = ("/robots.txt", "/")
FIRST_ASKED: dict[str, tuple[str, dict[str, str]]] = {
    "shopify": ("/meta.json", {}),
    "google_merchant": ("/feed.xml", {}),
    "jsonld": ("/sitemap.xml", {}),
    "woocommerce": ("/wp-json/wc/store/v1/products", {"per_page": "100"}),
    "magento": (GRAPHQL, {"query": "{products(pageSize: 100, currentPage: 1)}"}),
    **{platform: (place, {}) for platform, (place, _, _) in affiliate.FILES.items()},
}
PACK = zstandard.ZstdCompressor(level=1)
UNPACK = zstandard.ZstdDecompressor()


def lone_window(world: World, place: int, day: int) -> Window:
    """The shop window of a merchant that is made without the others: its prices follow nobody's."""
    catalogue = world.catalogue
    listings = build_listings((world.merchants[place],), catalogue)
    own = replace(catalogue, seed=number(catalogue.seed, "alone", place) % 2**62)
    market = Market(world.merchants, listings, own, first_day=world.first_day)
    return shop_window(world.merchants[place], listings, market, market.days(day, day), day)


class Shelf:
    """The documents of one merchant on one day."""

    def __init__(self, world: World, place: int, day: int) -> None:
        self.world, self.place, self.day = world, place, day
        self._packed: dict[str, Document | None] = {}

    def document(self, path: str, query: Mapping[str, str]) -> Document | None:
        """The document at that path, or None. Raises ValueError for an impossible page."""
        if path in WITHOUT_ROWS:
            return Site(Window(self.world.merchants[self.place], self.day, (), self.world.first_day)).document(path, query)
        address = whole_address(path, query)
        if address not in self._packed:
            self._fill(path, query)
        packed = self._packed[address]
        return packed and replace(packed, body=UNPACK.decompress(packed.body))

    def stock(self) -> int:
        """Make what a reader of the platform will ask for. The rows in it."""
        self._fill(*FIRST_ASKED[self.world.merchants[self.place].platform])
        return sum(document.records for document in self._packed.values() if document)

    def _fill(self, path: str, query: Mapping[str, str]) -> None:
        site = Site(lone_window(self.world, self.place, self.day))
        for name, document in site.all_like(path, query):
            self._packed[name] = document and replace(document, body=PACK.compress(document.body))
