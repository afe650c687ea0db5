"""Words and addresses as merchants write them, made fit to keep: no control characters, entities, markup or other schemes."""

import html
import re
import unicodedata
from urllib.parse import quote, urljoin

URL_LIMIT = 2000
MARKUP_LIMIT = 1 << 20  # characters; of longer markup only the beginning is read
# Control characters, halves of surrogate pairs, soft hyphens, zero-width spaces and marks that turn the direction of a text;
# the joiners U+200C and U+200D stay: emoji and Persian words are spelled with them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UNSAFE = re.compile(r"[^!#-;=?-Z\[\]_a-z~]")
_HOST = re.compile(r"(?i)https?://(?:[^/?#@\s]*@)?[^/?#@\s:]")

_WHOLE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][!#-;=?-Z\[\]_a-z~]*)?\Z")  # most are; it needs nothing done


def clean(value: object) -> str | None:
    """Text without control characters, entities and runs of white space; numbers as text; None when nothing is left."""
    if value.__class__ is not str:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        value = str(value)
    text: str = value  # type: ignore[assignment]
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        if not text.isprintable():
            text = _HIDDEN.sub("", text)
        text = text.strip()
        if not text.isprintable() or "  " in text:
            text = " ".join(text.split())
        return text or None
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", text))
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
    return text.strip() or None


def plain_text(markup: object) -> str | None:
    """The words of an HTML fragment, also of one that was escaped once more: without tags, scripts and styles."""
    if markup.__class__ is not str:
        return clean(markup)
    text: str = markup  # type: ignore[assignment]
    if "&" in text:
        text = html.unescape(text[:MARKUP_LIMIT])
    if "<" in text:
        text = text[:MARKUP_LIMIT]
        for name in ("script", "style"):
            text = _without(text, name)
        text = _TAG.sub(" ", text)
    return clean(text)


def _without(text: str, name: str) -> str:
    """The text without an element and what it holds. One that does not end holds all of the rest."""
    lower = text.lower()
    kept, at = [], 0
    while (start := lower.find(f"<{name}", at)) >= 0:
        kept.append(text[at:start])
        end = lower.find(f"</{name}", start)
        if end < 0:
            return "".join(kept)
        at = end
    return "".join([*kept, text[at:]])


def web_address(value: object, base_url: str) -> str | None:
    """An absolute http(s) address, percent-encoded where it must be; None for another scheme (`javascript:`) and for none.

    A relative one is the shop's own. `&amp;` is unescaped, other entities are not: `?a=1&copy=2` names no copyright.
    """
    if value.__class__ is not str:
        return None
    text: str = value  # type: ignore[assignment]
    if len(text) <= URL_LIMIT and _WHOLE.match(text) and "&amp;" not in text:
        return text
    if not (text.isascii() and text.isprintable()) or " " in text:
        text = _HIDDEN.sub("", text).replace("\n", "").replace("\r", "").replace("\t", "").strip()
    if "&amp;" in text:
        text = text.replace("&amp;", "&")
    if not text.startswith(("https://", "http://")):
        text = _absolute(text, base_url)
    if _UNSAFE.search(text):
        text = quote(text, safe="!#$%&'()*+,/:;=?@[]~", errors="ignore")
    return text if len(text) <= URL_LIMIT and _HOST.match(text) else None


def _absolute(text: str, base_url: str) -> str:
    if not text or (_SCHEME.match(text) and text[:6].lower() not in ("http:/", "https:")):
        return ""
    if text[0] == "/" and text[1:2] != "/" and "/." not in text and base_url.count("/") == 2:
        return base_url + text  # what urljoin says, at a tenth of the cost
    try:
        return urljoin(f"{base_url}/", text)
    except ValueError:  # `//[` is no address
        return ""
