"""The elements that a page's lines stand in, each asked once: many lines share the same ones."""

from selectolax.lexbor import LexborNode

from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.names import named_marks

CLIMB = 40
PAGE = frozenset(("body", "html"))  # elements that stand around everything
_NAMING = frozenset(("class", "id", "itemprop", "data-testid", "data-test", "data-qa", "data-auto", "data-hook", "property"))
_TAGS = {
    **dict.fromkeys(("del", "s", "strike"), words.OLD), "ins": words.CURRENT,
    **dict.fromkeys(("noscript", "template", "iframe", "svg"), words.HIDDEN),
    **dict.fromkeys(("nav", "footer", "aside", "select", "option", "textarea", "header"), words.ELSEWHERE),
}


class Place:
    """An element of the tree; `key` is the parser's own number of it. What is asked of it is kept."""

    __slots__ = ("_label", "_marks", "_up", "key", "known", "node", "tag")

    def __init__(self, node: LexborNode, key: int, known: "dict[int, Place]") -> None:
        self.node = node
        self.key = key
        self.tag = node.tag or ""
        self.known = known
        self._up: Place | None = self  # itself = not asked yet
        self._marks = -1
        self._label: str | None = None

    @property
    def up(self) -> "Place | None":
        """The element around it."""
        if self._up is self:
            self._up = place_of(self.node.parent, self.known)
        return self._up

    @property
    def own_marks(self) -> int:
        """What its own tag and names say (words.PRICE, words.OLD, ...)."""
        if self._marks < 0:
            self._marks = own_marks(self.tag, self.node.attributes)
        return self._marks

    @property
    def label(self) -> str:
        """Its tag and class: the cards of a list are all alike."""
        if self._label is None:
            self._label = f"{self.tag}.{self.node.attributes.get('class') or ''}"
        return self._label

    def climb(self, most: int = CLIMB) -> "list[Place]":
        """Itself and the elements around it, innermost first, short of the page's own."""
        found: list[Place] = []
        current: Place | None = self
        while current is not None and len(found) < most and current.tag not in PAGE:
            found.append(current)
            current = current.up
        return found


def place_of(node: LexborNode | None, known: dict[int, Place]) -> Place | None:
    if node is None:
        return None
    key = node.mem_id
    place = known.get(key)
    if place is None:
        place = known[key] = Place(node, key, known)
    return place


def own_marks(tag: str, attributes: dict[str, str | None]) -> int:
    found = _TAGS.get(tag, 0)
    if not attributes:
        return found
    named = ""
    for name, value in attributes.items():
        if value and name in _NAMING:
            named += f" {name}:{value}" if name == "itemprop" else f" {value}"
    if named:
        found |= named_marks(named[1:300])
    style = attributes.get("style")
    if style and ("none" in style or "line-through" in style):
        found |= words.OLD if "line-through" in style else words.HIDDEN if "display" in style.lower() else 0
    return found | (words.HIDDEN if "hidden" in attributes else 0)
