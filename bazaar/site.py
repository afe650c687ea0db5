"""A merchant's site: from a path to a document, for one day. Knows no HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from bazaar.formats import affiliate, google_merchant, jsonld, magento, shopify, woocommerce
from bazaar.formats.document import HTML, TEXT, Document
from bazaar.numbers import number_of
from bazaar.rows import Row, Window

MORE_LINKS = 3
PAGING: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "/products.json": (("limit", shopify.LIMIT), ("page", 1)),
    **dict.fromkeys(woocommerce.PATHS, (("per_page", woocommerce.PER_PAGE), ("page", 1))),
}
GRAPHQL = "/graphql"


def whole_address(path: str, query: Mapping[str, str]) -> str:
    """A document's own address: its path, and what of the query changes it. Raises ValueError for a query that is none."""
    if path == GRAPHQL:
        return magento.asked(query).address
    paging = PAGING.get(path.rstrip("/"))
    return f"{path}?{'&'.join(f'{name}={number_of(query, name, default)}' for name, default in paging)}" if paging else path


def rows_address(path: str, query: Mapping[str, str]) -> str:
    """What makes two requests ask for the same rows."""
    if path == GRAPHQL:
        return f"{path}?page={magento.asked(query).page}"
    return f"{path}?page={query.get('page', '1')}" if path.rstrip("/") in PAGING else path


class Site:
    """One merchant's documents of one day, rendered when first asked for."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._documents: dict[str, Document | None] = {}

    def document(self, path: str, query: Mapping[str, str]) -> Document | None:
        """The document at that path, or None. Raises ValueError for an impossible page."""
        address = whole_address(path, query)
        if address not in self._documents:
            self._documents[address] = self._render(path, query)
        return self._documents[address]

    def _render(self, path: str, query: Mapping[str, str]) -> Document | None:
        if path == "/":
            return self._home()
        if path.startswith("/private"):
            return Document(b"<!doctype html><title>private</title><p>Not for crawlers.</p>", HTML, self.window.changed)
        own = {"shopify": self._shopify, "google_merchant": self._google_merchant, "jsonld": self._jsonld}
        return own.get(self.window.merchant.platform, self._of_a_market)(path, query)

    def _of_a_market(self, path: str, query: Mapping[str, str]) -> Document | None:
        if path == "/robots.txt":
            return self._robots()
        if self.window.merchant.platform == "magento":
            return magento.answer(self.window, magento.asked(query)) if path == GRAPHQL else None
        if self.window.merchant.platform == "woocommerce":
            return woocommerce.answer(self.window, path, query)
        return affiliate.answer(self.window, path, query)

    def _home(self) -> Document:
        name = self.window.merchant.name
        return Document(f"<!doctype html><title>{name}</title><h1>{name}</h1>".encode(), HTML, self.window.changed)

    def _robots(self) -> Document:
        return Document(b"User-agent: *\nDisallow: /private\nDisallow: /cart\n", TEXT, self.window.changed)

    def _shopify(self, path: str, query: Mapping[str, str]) -> Document | None:
        if path == "/robots.txt":
            return self._robots()
        if path == "/meta.json":
            return shopify.meta(self.window)
        if path == "/products.json":
            return shopify.products(self.window, number_of(query, "limit", shopify.LIMIT), number_of(query, "page", 1))
        return None

    def _google_merchant(self, path: str, _: Mapping[str, str]) -> Document | None:
        if path == "/robots.txt":
            return self._robots()
        render = {"/feed.xml": google_merchant.feed, "/promotions.xml": google_merchant.promotions}.get(path)
        return render(self.window) if render else None

    def _jsonld(self, path: str, _: Mapping[str, str]) -> Document | None:
        if path == "/robots.txt":
            return jsonld.robots(self.window)
        if path == "/sitemap.xml":
            return jsonld.sitemap_index(self.window)
        if path.startswith("/sitemaps/products-") and path.endswith(".xml"):
            part = path.removeprefix("/sitemaps/products-").removesuffix(".xml")
            try:
                return jsonld.sitemap(self.window, int(part))
            except (IndexError, ValueError):
                return None
        row = self._pages.get(path)
        return jsonld.page(row, self.window, self._neighbours(row)) if row else None

    @cached_property
    def _pages(self) -> dict[str, Row]:
        return {row.listing.path: row for row in self.window.rows}

    def _neighbours(self, row: Row) -> list[Row]:
        """Broken rows are always there, so the links of a page change only when the page's own row does."""
        always = [other for other in self.window.rows if other.listing.broken and other is not row]
        return always[:MORE_LINKS]

    def all_like(self, path: str, query: Mapping[str, str]) -> Iterator[tuple[str, Document | None]]:
        """(address, document) of that one and of those that a reader of it will ask for next, as far as they are known."""
        if path == GRAPHQL:
            wanted = magento.asked(query)
            pages = range(1, -(-len(self.window.rows) // wanted.size) + 1) if wanted.page else ()
            others = [replace(wanted, page=page) for page in pages if page != wanted.page]
            yield wanted.address, self.document(path, query)
            yield from ((other.address, magento.answer(self.window, other)) for other in others)
            return
        asked = [(path, dict(query)), *self._following(path, query)]
        yield from ((whole_address(*one), self.document(*one)) for one in asked)

    def _following(self, path: str, query: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        platform = self.window.merchant.platform
        if platform == "shopify":
            path, query = "/products.json", query if path == "/products.json" else {"limit": str(shopify.MOST)}
        if path.rstrip("/") in PAGING:
            size = max(number_of(query, *PAGING[path.rstrip("/")][0]), 1)
            last = -(-len(self.window.rows) // size) + 1
            yield from ((path, {**query, "page": str(page)}) for page in range(1, min(last, shopify.REACH // size) + 1))
        elif platform == "jsonld":
            parts = len(self.window.rows) // jsonld.SITEMAP_URLS + 1
            yield from ((f"/sitemaps/products-{part}.xml", {}) for part in range(1, parts + 1))
            yield from ((page, {}) for page in self._pages)
        elif platform == "google_merchant":
            yield from (("/promotions.xml", {}), ("/feed.xml", {}))

    def stock(self) -> int:
        """Its documents are made when asked for: only a market's are made before. The rows in them."""
        return len(self.window.rows)
