"""A page's bytes as a tree: the charset by header, byte order mark, declaration, then detection; bounded in size and depth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser
from w3lib.encoding import html_to_unicode, http_content_type_encoding

from dealhouse.scraping.offer import Context

LARGEST = 12_000_000  # bytes that are read: a product page of 4 MB is a big one
_UTF8 = re.compile(rb"charset\s*=\s*[\"']?\s*utf-?8", re.I)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?\Z")


@dataclass
class Script:
    """A script as it stands: its type in lower case, its bytes in UTF-8."""

    kind: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Page:
    """A parsed page; `scripts` are not in the tree, `language` and `region` are what <html lang> and og:locale say."""

    url: str
    tree: LexborHTMLParser
    scripts: list[Script]
    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    language: str | None = None
    region: str | None = None
    has_microdata: bool = False
    has_rdfa: bool = False

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
    bare, scripts = _cut(text)
    page = Page(context.document_url, LexborHTMLParser(bare), scripts)
    page.has_microdata, page.has_rdfa = b"itemprop" in bare, b"typeof" in bare
    return page


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


def _cut(document: bytes) -> tuple[bytes, list[Script]]:
    """The document without what no shopper reads, and its scripts: most of a page's bytes never reach the parser.

    An element that is never closed ends the page where a browser reads on as raw text (script, style), else is left in.
    """
    kept, scripts, at = [], [], 0
    while (opening := _UNREAD.search(document, at)) is not None:
        name = opening[1].lower()
        closing = _CLOSINGS[name].search(document, opening.end())
        raw = name in (b"script", b"style")
        kept.append(document[at:opening.start() if closing or raw else opening.end()])
        if name == b"script":
            script = _script(document[opening.start():closing.start() if closing else len(document)])
            scripts += [script] if script is not None else []
        unclosed = len(document) if raw else opening.end()
        at = closing.end() if closing else unclosed
    kept.append(document[at:])
    return b"".join(kept), scripts


_UNREAD = re.compile(rb"<(script|style|svg|noscript|iframe)(?=[\s>/])", re.I)
_CLOSINGS = {
    name: re.compile(rb"</" + name + rb"[^>]{0,100}>", re.I) for name in (b"script", b"style", b"svg", b"noscript", b"iframe")
}
_KIND = re.compile(rb"\btype\s*=\s*[\"']?([^\"'\s>]+)", re.I)


def _script(element: bytes) -> Script | None:
    """A script of the page's own, from its opening to its end."""
    end = element.find(b">")
    head, text = element[:end], element[end + 1:]
    if end < 0 or len(text) < 20:
        return None
    kind = _KIND.search(head)
    return Script(kind[1].decode("ascii", "replace").lower() if kind else "", text)


def locale(page: Page) -> tuple[str | None, str | None]:
    """(language, region) that <html lang> or a meta states."""
    root = page.tree.root
    stated = (root.attributes.get("lang") if root is not None else None) or ""
    for words in (stated, page.meta("og:locale", "language", "content-language") or ""):
        if _LANGUAGE.match(words.strip()):
            language, _, region = words.strip().replace("_", "-").partition("-")
            return language.lower(), region.upper() if len(region) == 2 else None
    return None, None
