"""The page as its text runs: every visible line, with the elements that it stands in and what those are called."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.address import parts
from dealhouse.scraping.parsers.page.document import Page, Script, locale

MOST_LINES = 30_000
LONGEST_LINE = 400
BEFORE, AFTER = 60, 600  # lines around the heading where a button buys this product
CLIMB = 40
FARTHEST = words.ELSEWHERE | words.HIDDEN
FAR = FARTHEST | words.OLD | words.INSTALMENT | words.SHIPPING | words.MEMBER
_BUY_BEGINS = frozenset(phrase[:3] for phrase in words.BUY)
_BARE = re.compile(r"\s*(?:[-–—•|·:(]\s|[$€£]|\d).*|\s*[-–—•|·:(]+\Z")  # `Add to cart – $24.99`
_NAMING = frozenset(("class", "id", "itemprop", "data-testid", "data-test", "data-qa", "data-auto", "data-hook", "property"))
_TAGS = {
    **dict.fromkeys(("del", "s", "strike"), words.OLD), "ins": words.CURRENT,
    **dict.fromkeys(("noscript", "template", "iframe", "svg"), words.HIDDEN),
    **dict.fromkeys(("nav", "footer", "aside", "select", "option", "textarea", "header"), words.ELSEWHERE),
}


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
    _all_marks: dict[int, int] = field(default_factory=dict)
    _buttons: list[int] | None = None
    _text: str = ""
    _starts: list[int] = field(default_factory=list)

    def text(self) -> str:
        """All lines in lower case, one a line."""
        if not self._text and self.lines:
            at = 0
            for line in self.lines:
                self._starts.append(at)
                at += len(line) + 1
            self._text = "\n".join(self.lines).lower()
            if len(self._text) != at - 1:  # a letter whose lower case is two
                self._text = "\n".join(line.lower() if len(line.lower()) == len(line) else line for line in self.lines)
        return self._text

    def buttons(self) -> list[int]:
        """The lines of what a shopper presses to buy."""
        if self._buttons is None:
            zone = range(max(0, (self.heading or 0) - BEFORE), min(len(self.lines), (self.heading or 0) + AFTER))
            self._buttons = [
                at for at in zone if (line := self.lines[at])[:3].lower() in _BUY_BEGINS and len(line) <= 40 and _buys(line)
            ]
        return self._buttons

    def line_at(self, position: int) -> int:
        """Which line a place of `text()` is in."""
        return max(0, bisect_right(self._starts, position) - 1)

    def start_of(self, line: int) -> int:
        """Where a line begins in `text()`; of one after the last, its end."""
        text = self.text()
        return self._starts[line] if line < len(self._starts) else len(text)

    def marks(self, node: LexborNode) -> int:
        """What the names of the elements around a line say (words.PRICE, words.OLD, ...), less the farther they are.

        What holds the heading, too, says nothing: around it a header or a carousel is the product's own.
        """
        parent = node if node.tag == "input" else node.parent
        if parent is None:
            return 0
        known = self._all_marks.get(parent.mem_id)
        if known is not None:
            return known
        found = 0
        for depth, element in enumerate((parent, *above(parent))):
            if element.mem_id in self.root:
                break
            own = self._marks.get(element.mem_id)
            if own is None:
                own = self._marks[element.mem_id] = own_marks(element)
            found |= own & (-1 if depth < 4 else FAR if depth < 7 else FARTHEST)
        self._all_marks[parent.mem_id] = found
        return found

    def level(self, node: LexborNode) -> int:
        """How far up from the heading the first element is that holds this one, too; 99 = none."""
        current: LexborNode | None = node
        for _ in range(CLIMB):
            if current is None:
                break
            if current.mem_id in self.root:
                return self.root[current.mem_id]
            current = current.parent
        return 99


def _buys(line: str) -> bool:
    return _BARE.sub("", line.lower()).strip(" .!+>»→").replace("\xa0", " ") in words.BUY


def own_marks(element: LexborNode) -> int:
    """What an element's own tag and names say."""
    tag = element.tag or ""
    found = _TAGS.get(tag, 0)
    attributes = element.attributes
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


@lru_cache(maxsize=20_000)
def named_marks(named: str) -> int:
    spaced = _camel(named)
    found = 0
    for mark, pattern in words.NAMED:
        if pattern.search(spaced):
            found |= mark
    if found & words.REDUCED and not found & words.PRICE:  # `discount` is how much, `price discount` what remains
        found |= words.SAVING
    return found


def _camel(named: str) -> str:
    """`priceOld` as `price-old`: class names are told apart at their humps, too."""
    out = []
    for before, letter in zip(" " + named, named, strict=False):
        out.append(f"-{letter.lower()}" if letter.isupper() and before.islower() else letter.lower())
    return "".join(out)


def look(page: Page) -> Sight:
    """The page's lines and headings, in one walk that also reads its metas, title and locale."""
    sight = Sight(page)
    root = page.tree.root
    if root is None:
        return sight
    lines, nodes, is_unread = sight.lines, sight.nodes, False
    for node in root.traverse(include_text=True):
        kind = node.tag_id
        if kind == _TEXT:
            text = None if is_unread else (node.text_content or "").strip()
            is_unread = False
            if text:
                lines.append(text[:LONGEST_LINE])
                nodes.append(node)
                if len(lines) > MOST_LINES:
                    break
            continue
        tag = _TAG_OF.get(kind)
        if tag in _UNREAD:
            is_unread = _script(sight, node, tag)
        elif tag is not None:
            _note(sight, node, tag)
    page.language, page.region = locale(page)
    return sight


def _script(sight: Sight, node: LexborNode, tag: str) -> bool:
    """Keeps a script for whoever asks; whether the next text is its own, which no shopper reads."""
    content = node.first_child
    if content is not None and tag == "script":
        sight.page.scripts.append(Script((node.attributes.get("type") or "").lower(), content))
    return content is not None


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
    attributes = node.attributes
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
        if current is None or (not whole and current.tag in ("body", "html")):
            return
        yield current
        current = current.parent


def leads_elsewhere(node: LexborNode, url: str) -> bool:
    """Whether it stands in a link to another page."""
    for element in above(node, 12):
        if element.tag == "a":
            href = (element.attributes.get("href") or "").strip()
            path, own = parts(href).path, parts(url).path.rstrip("/")
            inert = href.startswith(("javascript:", "#", "mailto:", "tel:")) or not path.strip("/")
            return not inert and not own.endswith(path.rstrip("/"))
    return False
