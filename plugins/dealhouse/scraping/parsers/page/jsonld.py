"""JSON-LD (json-ld.org/spec): the objects of a page's application/ld+json blocks."""

from dealhouse.scraping.parsers.page.document import Script
from dealhouse.scraping.parsers.page.jsonnodes import Node, read
from dealhouse.scraping.parsers.page.schema import nodes_of


def nodes(scripts: list[Script]) -> tuple[list[Node], list[str]]:
    """Every object that may be the product, outermost first; and the blocks that could not be read."""
    found: list[Node] = []
    broken: list[str] = []
    for script in scripts:
        if "ld+json" not in script.kind:
            continue
        text = script.text
        try:
            nodes_of(read(text), found)
        except (ValueError, RecursionError):
            broken.append(text.strip()[:20_000])
    return found, broken
