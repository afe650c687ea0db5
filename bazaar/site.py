"""A merchant's site: from a path to a document, for one day. Knows no HTTP."""

from collections.abc import Mapping
from functools import cached_property

from bazaar.formats import google_merchant, jsonld, shopify
from bazaar.formats.document import HTML, TEXT, Document
from bazaar.rows import Row, Window

MORE_LINKS = 3


class Site:
    """One merchant's documents of one day, rendered when first asked for."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._documents: dict[str, Document | None] = {}

    def document(self, path: str, query: Mapping[str, str]) -> Document | None:
        """The document at that path, or None. Raises ValueError for an impossible page."""
        address = path
        if path == "/products.json":
            address = f"{path}?limit={_number(query, 'limit', shopify.LIMIT)}&page={_number(query, 'page', 1)}"
        if address not in self._documents:
            self._documents[address] = self._render(path, query)
        return self._documents[address]

    def address(self, path: str, query: Mapping[str, str]) -> str:
        """What makes two requests ask for the same rows."""
        return f"{path}?page={query.get('page', '1')}" if path == "/products.json" else path

    def _render(self, path: str, query: Mapping[str, str]) -> Document | None:
        if path == "/":
            return self._home()
        if path.startswith("/private"):
            return Document(b"<!doctype html><title>private</title><p>Not for crawlers.</p>", HTML, self.window.changed)
        render = {"shopify": self._shopify, "google_merchant": self._google_merchant, "jsonld": self._jsonld}
        return render[self.window.merchant.platform](path, query)

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
            return shopify.products(self.window, _number(query, "limit", shopify.LIMIT), _number(query, "page", 1))
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


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    """A numeric parameter; what is not a number counts as absent, as Shopify has it."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
