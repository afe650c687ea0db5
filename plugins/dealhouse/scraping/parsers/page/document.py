"""A page's bytes as a tree: the charset by header, byte order mark, declaration, then detection; bounded in size and depth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode, http_content_type_encoding

from dealhouse.scraping.offer import Context

DEEPEST = 4_000  # elements in each other
SUSPECT = 4  # samples, one of each 32 kB, in which most tags stay open
LARGEST = 12_000_000  # bytes that are read: a product page of 4 MB is a big one
_UTF8 = re.compile(rb"charset\s*=\s*[\"']?\s*utf-?8", re.I)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?\Z")


class Script(NamedTuple):
    """A script of the page's own: its type in lower case, and where its text is (read when asked for: scripts are long)."""

    kind: str
    content: LexborNode

    @property
    def text(self) -> str:
        return self.content.text_content or ""


@dataclass
class Page:
    """A parsed page, and what one walk over it notes (sight.look); `language` and `region` are what it states of itself."""

    url: str
    tree: LexborHTMLParser
    scripts: list[Script] = field(default_factory=list)
    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    language: str | None = None
    region: str | None = None
    has_microdata: bool = False
    source: bytes = b""  # what was parsed, in UTF-8

    def add_meta(self, attributes: Mapping[str, str | None]) -> None:
        """A meta's content under its `property` or `name`, in lower case."""
        name = attributes.get("property") or attributes.get("name")
        content = (attributes.get("content") or "").strip()
        if name and content:
            self.metas.setdefault(name.lower(), []).append(content)

    def meta(self, *names: str) -> str | None:
        """The first of these metas that says something."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), None)


def parse(document: bytes, context: Context) -> Page:
    """The page of a document; junk is an empty page, never an error."""
    text = _readable(document[:LARGEST], context.content_type)
    if _is_deep(text):
        text = b""
    page = Page(context.document_url, LexborHTMLParser(text))
    page.has_microdata = b"itemprop" in text
    page.source = text
    return page


def _is_deep(text: bytes) -> bool:
    """Whether more than DEEPEST elements stand in each other: the parser's time grows with the square of that.

    Samples tell whether to look: where nothing is deep, about as many tags close as open.
    """
    samples = (text[at:at + 2048] for at in range(0, len(text), 32_768))
    if sum(sample.count(b"<") > 10 + 3 * sample.count(b"</") for sample in samples) < SUSPECT:
        return False
    depth = 0
    for tag in _NESTING.finditer(text):
        depth += -1 if tag[1] else 1
        if depth > DEEPEST:
            return True
    return False


_NESTING = re.compile(
    rb"<(/?)(?!(?:"
    rb"p|li|td|tr|th|dt|dd|option|br|img|input|meta|link|hr|source|path|use|area|col|wbr|embed|param)[\s/>])[a-z]", re.I
)


def _readable(document: bytes, content_type: str | None) -> bytes:
    """The document in UTF-8, the parser's own."""
    declared = http_content_type_encoding(content_type) if content_type else None
    if not document.startswith((b"\xff\xfe", b"\xfe\xff")):
        if declared == "utf-8" or (declared is None and _UTF8.search(document[:4096])):
            return document.removeprefix(b"\xef\xbb\xbf")
        if declared is None and document.isascii():
            return document
    return str(html_to_unicode(content_type, document, auto_detect_fun=_detect)[1]).encode()


def _detect(document: bytes) -> str:
    """What nobody declared: UTF-8 where it is valid, else the web's old default."""
    try:
        document.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def locale(page: Page) -> tuple[str | None, str | None]:
    """(language, region) that <html lang> or a meta states."""
    root = page.tree.root
    stated = (root.attributes.get("lang") if root is not None else None) or ""
    for words in (stated, page.meta("og:locale", "language", "content-language") or ""):
        if _LANGUAGE.match(words.strip()):
            language, _, region = words.strip().replace("_", "-").partition("-")
            return language.lower(), region.upper() if len(region) == 2 else None
    return None, None
