"""Items of an XML feed, read without building a tree.

Each item is found by its tags and read by itself with one regular expression; one that is not of the plain shape is read by
libxml2, with recovery. So an ill-formed item costs no other, memory does not grow, and no document type is ever
looked at: entities that a feed declares do not exist here, whatever they would unfold to.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Any, NamedTuple

from lxml import etree

ITEM_LIMIT = 1 << 20  # bytes
DEFAULT_ITEMS = ("item", "entry")
SEVERAL = frozenset(("gtin", "promotion_id", "shipping"))
TAG_LIMIT = 4000
_AFTER_NAME = (b">", b" ", b"\n", b"\r", b"\t", b"/")
_NAME = rb"(?:[A-Za-z_][\w.-]*:)?"
_ROOT = re.compile(rb"<(?![?!])([^\s<>/]{1,100})")
_TAIL = 4000  # bytes in which the end of the root must be found
_FIELD = re.compile(
    r"<([A-Za-z_][\w.:-]*)(\s[^<>]*?)?(?:/>|>(?:"
    r"(?:([^<]*)"  # text; an end tag of another name ends it as well, as libxml2 has it
    r"|\s*<!\[CDATA\[([^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>\s*)</[A-Za-z_][\w.:-]*\s*>"
    r"|\s*((?:<[A-Za-z_][\w.:-]*>[^<]*</[A-Za-z_][\w.:-]*>\s*)+)</\1\s*>"  # elements of text, one level of them
    r"|([^<]*+(?:<(?!/?\1[\s/>])[^<]*+)*+)</\1\s*>"  # markup and all, to the element's own end
    r"))|<!--[^-]*(?:-(?!->)[^-]*)*-->|(\S[\s\S]*)"
)
_INSIDE = re.compile(r"<!\[CDATA\[([\s\S]*?)(?:\]\]>|\Z)|<!--[\s\S]*?(?:-->|\Z)|<(/?[A-Za-z][\w:-]*+)[^<>]*+>")
_BREAKS = frozenset(("br", "p", "/p", "li", "/li", "div", "/div", "td", "tr", "hr", "ul", "/ul"))
_ENTITY = re.compile(r"&(#[xX][0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,30});")
_LOOSE = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};)([A-Za-z][A-Za-z0-9]{1,30};)?")
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REL = re.compile(r"\srel\s*=\s*[\"'](?!alternate)")
_RECOVERING = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_STRING = etree.XPath("string()")
_GOOGLE = re.compile(rb"xmlns:([\w.-]{1,40})\s*=\s*[\"'](?:https?:)?//base\.google\.com/")


class Span(NamedTuple):
    """Where an item's content stands. `is_cut`: the feed ended, or another item began, before it did."""

    start: int
    end: int
    is_cut: bool


def spans(document: bytes, items: tuple[str, ...] = DEFAULT_ITEMS) -> Iterator[Span]:
    """The items in their order: those named as the first is. In time linear in the document, whatever is in it."""
    first = re.search(rb"<(" + _NAME + rb"(?i:" + "|".join(items).encode() + rb"))[\s>/]", document)
    if first is None:
        return
    marks = _Marks(document, (b"<" + first[1], b"</" + first[1], b"<!--", b"<![CDATA["))
    start = -1
    for at, mark in marks:
        after = document.find(b">", at, at + TAG_LIMIT)
        if mark[1:2] == b"!":
            marks.skip_past(b"-->" if mark == b"<!--" else b"]]>", at, mark)
        elif document[at + len(mark) : at + len(mark) + 1] in _AFTER_NAME and after > 0:
            if start >= 0:
                yield Span(start, at, mark[1:2] != b"/")
            start = after + 1 if mark[1:2] != b"/" and document[after - 1 : after] != b"/" else -1
    if start >= 0:
        yield Span(start, len(document), is_cut=True)


class _Marks:
    """The places of some marks in a document, in order; no mark is searched for again before the place where it was found."""

    def __init__(self, document: bytes, marks: tuple[bytes, ...]) -> None:
        self.document = document
        self.at = 0
        self.next = {mark: place for mark in marks if (place := document.find(mark)) >= 0}

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while self.next:
            mark = min(self.next, key=self.next.__getitem__)
            place = self.next[mark]
            end = self.at = place + len(mark)
            yield place, mark
            for each in (mark,) if self.at == end else [*self.next]:
                if self.next.get(each, self.at) < self.at:
                    self._find(each)

    def _find(self, mark: bytes) -> None:
        place = self.document.find(mark, self.at)
        if place >= 0:
            self.next[mark] = place
        else:
            del self.next[mark]

    def skip_past(self, end: bytes, at: int, mark: bytes) -> None:
        """Go on after the next `end`; where there is none it was no comment, and neither is any mark of its kind behind it."""
        found = self.document.find(end, at)
        if found >= 0:
            self.at = max(self.at, found + len(end))
        else:
            del self.next[mark]


def is_whole(document: bytes) -> bool:
    """Whether the document's root element ends, with nothing after it but space, comments and junk of a few bytes."""
    root = _ROOT.search(document[:_TAIL])
    return root is not None and b"</" + root[1] in document[-_TAIL:]


class Names(dict[str, str | None]):
    """Tags as they are written to the names that are asked for; None for others. Filled as tags are met.

    known: local names in lower case. A prefix must be Google's or one that the document binds to Google's namespace: a
    `media:title` is another title.
    """

    def __init__(self, known: dict[str, str], document: bytes = b"") -> None:
        super().__init__()
        self.known = known
        self.prefixes = {"g", "", *(prefix.decode("utf-8", "replace") for prefix in _GOOGLE.findall(document[:20_000]))}

    def __missing__(self, tag: str) -> str | None:
        prefix, _, local = tag.rpartition(":")
        name = self.known.get(local.lower()) if prefix in self.prefixes else None
        if len(self) < 10_000:
            self[tag] = name
        return name


def fields(text: str, names: Names) -> dict[str, str]:
    """An item's fields by the names asked for. Of several of one name the first that is not empty, of SEVERAL all, by commas."""
    item: dict[str, str] = {}
    for tag, attributes, plain, cdata, nested, mixed, other in _FIELD.findall(text):
        if other:
            return _recovered(text, names)
        name = names[tag] if tag else None
        if name is None:
            continue
        if plain:
            value = unescape(plain).strip() if "&" in plain else plain.strip()
        elif nested:
            value = _nested(nested)
        elif mixed:
            value = _words(mixed)
        else:
            value = cdata.strip() or (_href(attributes) if attributes else "")
        if value:
            item[name] = value if name not in item else _both(name, item[name], value)
    return item


def _both(name: str, known: str, value: str) -> str:
    return f"{known},{value}" if name in SEVERAL else known


@lru_cache(maxsize=4096)
def _nested(text: str) -> str:
    return _told([(tag, unescape(plain or cdata).strip()) for tag, _, plain, cdata, _, _, _ in _FIELD.findall(text)])


def _words(mixed: str) -> str:
    """The text of an element that holds markup, which need not be well-formed: `A<br>lamp &amp; <b>shade</b>`."""
    words, end = [], 0
    for found in _INSIDE.finditer(mixed):
        words += [unescape(mixed[end : found.start()]), found[1] or (" " if (found[2] or "").lower() in _BREAKS else "")]
        end = found.end()
    return "".join([*words, unescape(mixed[end:])]).strip()


def _told(pairs: list[tuple[str, str]]) -> str:
    """Of elements within one: a cost as a table has it, `DE:::4.95 EUR`, the words of a `structured_title`, else all words."""
    parts = {tag.rpartition(":")[2].lower(): text for tag, text in reversed(pairs)}
    if "price" in parts:
        return f"{parts.get('country', '')}:::{parts['price']}"
    return parts.get("content") or "".join(text for _, text in pairs)


def _href(attributes: str) -> str:
    """Atom's `<link href="..."/>`; one to a feed, an image or the like is none to the product."""
    found = _HREF.search(attributes)
    return unescape(found[1] or found[2] or "").strip() if found and not _REL.search(attributes) else ""


def unescape(text: str) -> str:
    """XML's references, and HTML's named ones, which feeds use though XML has none. Those that end with a semicolon only."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name[0] != "#":
        return html5.get(f"{name};", entity[0])
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else ""


def _recovered(text: str, names: Names) -> dict[str, str]:
    """The same of an item in any other shape: mixed content, deeper nesting, tags that do not match, raw ampersands."""
    body = b"<item>" + _LOOSE.sub(_numbered, text.encode("utf-8", "ignore")).replace(b"\x00", b"") + b"</item>"
    try:
        root = etree.fromstring(body, _RECOVERING)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    item: dict[str, str] = {}
    for child in root if root is not None else ():
        name = names[_tag(child)] if isinstance(child.tag, str) else None
        if name is None:
            continue
        if not len(child):
            value = (child.text or "").strip() or _href_of(child)
        elif _is_nested(child):
            value = _told([(_tag(each), (each.text or "").strip()) for each in child])
        else:
            value = str(_STRING(child)).strip() or _href_of(child)
        if value:
            item[name] = value if name not in item else _both(name, item[name], value)
    return item


def _is_nested(element: Any) -> bool:  # noqa: ANN401
    """Whether it holds elements of text and nothing else."""
    between = (element.text, *(each.tail for each in element))
    plain = all(isinstance(each.tag, str) and not len(each) for each in element)
    return plain and not any(text and not text.isspace() for text in between)


def _tag(element: Any) -> str:  # noqa: ANN401 (lxml ships no types)
    tag = str(element.tag)
    if tag[0] != "{":
        return tag
    return f"{element.prefix}:{tag.rpartition('}')[2]}" if element.prefix else tag.rpartition("}")[2]


def _href_of(element: Any) -> str:  # noqa: ANN401
    return (element.get("href") or "").strip() if (element.get("rel") or "alternate").startswith("alternate") else ""


def _numbered(entity: re.Match[bytes]) -> bytes:
    """A named entity as character references: once a document is not well-formed, libxml2 drops even `&amp;`."""
    name = (entity[1] or b"").decode()
    return b"".join(b"&#%d;" % ord(character) for character in html5.get(name, f"&{name}"))
