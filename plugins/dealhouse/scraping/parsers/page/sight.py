"""The page as its text runs: every visible line, with the elements that it stands in and what those are called."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.address import parts
from dealhouse.scraping.parsers.page.document import Page, Script, locale
from dealhouse.scraping.parsers.page.place import CLIMB, PAGE, Place, place_of

MOST_LINES = 30_000
MOST_NODES = 400_000
LONGEST_LINE = 400
BEFORE, AFTER = 60, 600  # lines around the heading where a button buys this product
FARTHEST = words.ELSEWHERE | words.HIDDEN
FAR = FARTHEST | words.OLD | words.INSTALMENT | words.SHIPPING | words.MEMBER
_BUY_BEGINS = frozenset(phrase[:3] for phrase in words.BUY)
_BARE = re.compile(r"\s*(?:[-–—•|·:(]\s|[$€£]|\d).*|\s*[-–—•|·:(]+\Z")  # `Add to cart – $24.99`


@dataclass
class Sight:
    """Lines in the page's order. `heading` is the line of the product's name, None where there is none."""

    page: Page
    lines: list[str] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
    heading: int | None = None
    headings: list[tuple[int, LexborNode]] = field(default_factory=list)
    root: dict[int, int] = field(default_factory=dict)  # the heading's ancestors: mem_id -> how far up
    _marks: dict[int, int] = field(default_factory=dict)
    _far: dict[int, int] = field(default_factory=dict)
    _places: dict[int, Place] = field(default_factory=dict)
    _buttons: list[int] | None = None
    _text: str = ""
    _ends: list[int] = field(default_factory=list)  # of the lines, the breaks between them not counted

    def text(self) -> str:
        """All lines in lower case, one a line."""
        if not self._text and self.lines:
            self._ends = list(accumulate(map(len, self.lines)))
            self._text = "\n".join(self.lines).lower()
            if len(self._text) != self._ends[-1] + len(self.lines) - 1:  # a letter whose lower case is two
                self._text = "\n".join(line.lower() if len(line.lower()) == len(line) else line for line in self.lines)
        return self._text

    def buttons(self) -> list[int]:
        """The lines of what a shopper presses to buy."""
        if self._buttons is None:
            start = max(0, (self.heading or 0) - BEFORE)
            zone = self.lines[start:(self.heading or 0) + AFTER]
            self._buttons = [
                at for at, line in enumerate(zone, start) if len(line) <= 40 and line[:3].lower() in _BUY_BEGINS and _buys(line)
            ]
        return self._buttons

    def line_at(self, position: int) -> int:
        """Which line a place of `text()` is in."""
        return max(0, bisect_right(range(len(self._ends)), position, key=self._start) - 1)

    def start_of(self, line: int) -> int:
        """Where a line begins in `text()`; of one after the last, its end."""
        text = self.text()
        return self._start(line) if line < len(self._ends) else len(text)

    def _start(self, line: int) -> int:
        return self._ends[line - 1] + line if line else 0

    def marks(self, node: LexborNode) -> int:
        """What the names of the elements around a line say (words.PRICE, words.OLD, ...), less the farther they are.

        What holds the heading, too, says nothing: around it a header or a carousel is the product's own.
        """
        place = self.place(node)
        if place is None:
            return 0
        known = self._marks.get(place.key)
        if known is None:
            known = self._marks[place.key] = place.own_marks | self._marks_above(place) if place.key not in self.root else 0
        return known

    def _marks_above(self, place: Place) -> int:
        found = 0
        current = place.up
        for depth in range(1, 7):
            if current is None or current.key in self.root or current.tag in PAGE:
                return found
            found |= current.own_marks & (-1 if depth < 4 else FAR)
            current = current.up
        return found | self._far_marks(current)

    def _far_marks(self, current: Place | None) -> int:
        """What an element and all around it say from afar."""
        waiting = []
        while current is not None and not (current.key in self._far or current.key in self.root or current.tag in PAGE):
            waiting.append(current)
            current = current.up
        found = self._far.get(current.key, 0) if current is not None else 0
        for element in reversed(waiting):
            found = self._far[element.key] = found | element.own_marks & FARTHEST
        return found

    def place(self, node: LexborNode) -> Place | None:
        """The element of a line: what its text stands in, or the field itself whose value it is."""
        return place_of(node.parent if node.tag_id == _TEXT else node, self._places)

    def level(self, node: LexborNode) -> int:
        """How far up from the heading the first element is that holds this one, too; 99 = none."""
        current = self.place(node)
        for _ in range(CLIMB):
            if current is None:
                break
            if current.key in self.root:
                return self.root[current.key]
            current = current.up
        return 99


def _buys(line: str) -> bool:
    return _BARE.sub("", line.lower()).strip(" .!+>»→").replace("\xa0", " ") in words.BUY


def look(page: Page) -> Sight:
    """The page's lines and headings, in one walk that also reads its metas, title and locale."""
    sight = Sight(page)
    root = page.tree.root
    if root is None:
        return sight
    lines, nodes, is_unread = sight.lines, sight.nodes, False
    for node in islice(root.traverse(include_text=True, skip_empty=True), MOST_NODES):
        kind = node.tag_id
        if kind == _TEXT:
            text = "" if is_unread else (node.text_content or "").strip()
            is_unread = False
            if text:
                lines.append(text[:LONGEST_LINE])
                nodes.append(node)
        elif kind in _TAG_OF:
            tag = _TAG_OF[kind]
            if tag in _UNREAD:
                is_unread = _script(sight, node, tag)
            else:
                _note(sight, node, tag)
    del lines[MOST_LINES:], nodes[MOST_LINES:]
    page.language, page.region = locale(page)
    return sight


def _script(sight: Sight, node: LexborNode, tag: str) -> bool:
    """Keeps a script for whoever asks; whether the next text is its own, which no shopper reads."""
    content = node.first_child
    if content is None or content.is_empty_text_node:
        return False
    if tag == "script":
        sight.page.scripts.append(Script((node.attrs.get("type") or "").lower(), content))
    return True


_UNREAD = frozenset(("script", "style"))
_PROBE = "<title>t</title><meta><script>s</script><style>s</style><body><h1>h</h1><input>"
_TAG_OF: dict[int, str] = {  # the parser's own numbers: a name costs a string per element
    node.tag_id: str(node.tag)
    for node in LexborHTMLParser(_PROBE).css("title,meta,script,style,body,h1,input")
}
_TEXT = next(node.tag_id for heading in LexborHTMLParser(_PROBE).css("h1") for node in heading.iter(include_text=True))


def _note(sight: Sight, node: LexborNode, tag: str) -> None:
    if tag == "meta":
        sight.page.add_meta(node.attributes)
    elif tag == "title":
        sight.page.title = sight.page.title or node.text(strip=True)
    elif tag == "h1":
        sight.headings.append((len(sight.lines), node))
    elif tag == "body":  # what stands in the head is not seen
        sight.lines.clear()
        sight.nodes.clear()
    elif value := _button(node):
        sight.lines.append(value)
        sight.nodes.append(node)


def _button(node: LexborNode) -> str | None:
    attributes = node.attrs
    if (attributes.get("type") or "").lower() in ("submit", "button", "image"):
        return clean(attributes.get("value") or attributes.get("alt") or attributes.get("title"))
    return None


def settle_heading(sight: Sight, names: tuple[str | None, ...]) -> None:
    """Tells the product's own heading by the names that the markup knows.

    The first h1 that bears one, else the first that the title repeats, else the first with words, else the first line
    that is a name.
    """
    known = {name.lower() for name in map(clean, names) if name}
    texts = [(at, node, text.lower()) for at, node in sight.headings[:20] if (text := clean(node.text(separator=" ")))]
    title = sight.page.title.lower()
    tests: tuple[Callable[[str], bool], ...] = (
        lambda text: text in known, lambda text: len(text) > 5 and text in title, lambda text: len(text) > 2,
    )
    chosen = next(((at, node) for test in tests for at, node, text in texts if test(text)), None)
    if chosen is None:
        at = next((at for at, line in enumerate(sight.lines) if line.lower() in known), None)
        chosen = None if at is None else (at, sight.nodes[at])
    if chosen is None:
        return
    sight.heading, node = chosen
    for depth, element in enumerate((node, *above(node, whole=True))):
        sight.root[element.mem_id] = depth


def above(node: LexborNode, most: int = CLIMB, *, whole: bool = False) -> Iterator[LexborNode]:
    """The elements around a node, innermost first; `whole`: up to the page's own."""
    current = node.parent
    for _ in range(most):
        if current is None or (not whole and current.tag in PAGE):
            return
        yield current
        current = current.parent


def leads_elsewhere(place: Place, url: str) -> bool:
    """Whether it stands in a link to another page."""
    for element in place.climb(12):
        if element.tag == "a":
            href = (element.node.attributes.get("href") or "").strip()
            path, own = parts(href).path, parts(url).path.rstrip("/")
            inert = href.startswith(("javascript:", "#", "mailto:", "tel:")) or not path.strip("/")
            return not inert and not own.endswith(path.rstrip("/"))
    return False
