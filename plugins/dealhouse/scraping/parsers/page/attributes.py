"""Markup in attributes as nodes: microdata (html.spec.whatwg.org/multipage/microdata.html), RDFa Lite (w3.org/TR/rdfa-lite)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dealhouse.scraping.parsers.page.jsonnodes import Node
from dealhouse.scraping.parsers.page.schema import nodes_of

MOST = 5_000
CLIMB = 60
_SOURCES = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src", "time": "datetime", "object": "data",
            "data": "value", "meta": "content", "video": "src", "audio": "src"}


@dataclass(frozen=True)
class Spelling:
    """The attributes that open an object, give its type and name a property."""

    scope: str
    kind: str
    name: str


MICRODATA = Spelling("itemscope", "itemtype", "itemprop")
RDFA = Spelling("typeof", "typeof", "property")


def microdata(tree: LexborHTMLParser) -> list[Node]:
    return _items(tree, MICRODATA)


def rdfa(tree: LexborHTMLParser) -> list[Node]:
    return _items(tree, RDFA)


def _items(tree: LexborHTMLParser, spelling: Spelling) -> list[Node]:
    """The objects that stand on their own or are the page's main one, in its order."""
    elements = tree.css(f"[{spelling.scope}],[{spelling.name}]")[:MOST]
    scopes: dict[int, Node] = {}
    for element in elements:
        attributes = element.attributes
        if spelling.scope in attributes:
            scopes[element.mem_id] = {"@type": (attributes.get(spelling.kind) or "").split(), "@main": attributes.get("id")}
    if not any("product" in kind.lower() or "offer" in kind.lower() for node in scopes.values() for kind in node["@type"]):
        return []
    borrowed = _borrowed(tree, elements, scopes)
    inner: set[int] = set()
    for element in elements:
        _attach(element, spelling, scopes, borrowed, inner)
    found: list[Node] = []
    nodes_of([node for key, node in scopes.items() if key not in inner], found)
    return found


def _attach(
    element: LexborNode, spelling: Spelling, scopes: dict[int, Node], borrowed: dict[int, Node], inner: set[int],
) -> None:
    """A property's value to the object that it belongs to."""
    attributes = element.attributes
    names = (attributes.get(spelling.name) or "").split()
    own = scopes.get(element.mem_id)
    owner = _owner(element, scopes, borrowed) if names else None
    if owner is None:
        return
    if own is not None:
        inner.add(element.mem_id)
    value = own if own is not None else _value(element, attributes)
    for name in names:
        _put(owner, name.rsplit("/", 1)[-1].removeprefix("schema:"), value)


def _put(owner: Node, name: str, value: Any) -> None:  # noqa: ANN401
    """The first plain value stays; objects (offers, say) gather."""
    known = owner.get(name)
    if known in (None, ""):
        owner[name] = value
    elif isinstance(value, dict):
        owner[name] = [*known, value] if isinstance(known, list) else [known, value]


def _owner(element: LexborNode, scopes: dict[int, Node], borrowed: dict[int, Node]) -> Node | None:
    for ancestor in _above(element):
        found = scopes.get(ancestor.mem_id) or borrowed.get(ancestor.mem_id)
        if found is not None:
            return found
    return None


def _above(element: LexborNode) -> Iterator[LexborNode]:
    node = element.parent
    for _ in range(CLIMB):
        if node is None:
            return
        yield node
        node = node.parent


def _borrowed(tree: LexborHTMLParser, elements: list[LexborNode], scopes: dict[int, Node]) -> dict[int, Node]:
    """Elements that an object claims by itemref, though they stand elsewhere."""
    found: dict[int, Node] = {}
    for element in elements:
        for name in (element.attributes.get("itemref") or "").split()[:20]:
            target = tree.css_first(f'[id="{name}"]') if name.replace("-", "").replace("_", "").isalnum() else None
            if target is not None and target.mem_id not in scopes:
                found[target.mem_id] = scopes.get(element.mem_id, {})
    return found


def _value(element: LexborNode, attributes: dict[str, str | None]) -> str:
    """`content` first wherever it stands (shops put it on spans, too), then what the tag's own attribute says, then the text."""
    stated = attributes.get("content") or attributes.get(_SOURCES.get(element.tag or "", ""))
    return (stated or element.text(separator=" ")).strip()[:10_000]
