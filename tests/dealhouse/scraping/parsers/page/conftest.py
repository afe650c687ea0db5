import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import html
from stack.database import PROJECT

URL = "https://shop.example.com/products/lamp-oslo-12345"
RELATED = "".join(
    f'<div class="product-card"><a href="/p/{n}"><span class="name">Other {n}</span><span class="price">${n}9.00</span></a></div>'
    for n in range(1, 6)
)
PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Lamp Oslo | Shop</title>{head}</head><body>'
    '<header><a href="/">Shop</a><div class="minicart">Cart <span class="price">$0.00</span></div></header><main>{body}</main>'
    '<section class="related-products"><h2>You may also like</h2>{related}</section><footer>Free shipping over $50.00</footer>'
)


def product(**changes: Any) -> str:
    """A JSON-LD block of the lamp."""
    offer = {"@type": "Offer", "price": "24.99", "priceCurrency": "USD", "availability": "https://schema.org/InStock"}
    offer |= {name: changes.pop(name) for name in ("price", "availability") if name in changes}
    known = {"@type": "Product", "name": "Lamp Oslo", "sku": "L-100", "offers": offer} | changes
    return block(known)


def block(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


Read = Callable[..., Offer | Reject]


@pytest.fixture
def read(context: Callable[..., Context]) -> Read:
    """The first thing read from a shop's page with this in its body; a heading stands before it unless it brings its own."""

    def run(
        body: str, *, head: str = "", lang: str = "en-US", url: str = URL, heading: str = "<h1>Lamp Oslo</h1>",
    ) -> Offer | Reject:
        page = PAGE.format(lang=lang, head=head, body=heading + body, related=RELATED)
        return next(iter(html.extract(page.encode(), context(document_url=url, currency=None, language=None))))

    return run


@pytest.fixture
def pages() -> Path:
    """The real captures; a test that needs them is skipped where they are not."""
    folder = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data") / "pages"
    if not folder.is_dir():
        pytest.skip(f"no captured pages at {folder} (DEALHOUSE_DATA)")
    return folder
