"""Numbers in a query, read as careless shops read them."""

from collections.abc import Mapping


def number_of(query: Mapping[str, str], name: str, default: int) -> int:
    """A numeric parameter; what is not a number counts as absent, as Shopify has it."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
