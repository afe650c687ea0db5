"""Which format a document is, by what it holds; its address only decides where it holds nothing ("[]")."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from dealhouse.scraping import mapping as mappings
from dealhouse.scraping.parsers import magento
from dealhouse.scraping.parsers.api import value_at
from dealhouse.scraping.parsers.jsonrows import first_of, load, mapping, objects

HEAD = 65_536  # bytes that are looked at where the whole is not parsed
_ROOTS = rb"rss|feed|rdf|html|head|body|catalogs?|item|entry|product|catalogitem"
_ROOT = re.compile(rb"<(?:[A-Za-z]+:)?(%b)\b|<!doctype\s+(html)" % _ROOTS, re.I)
_BROKEN = (  # a JSON document that breaks off: by what its beginning names
    ("woocommerce", re.compile(rb'"currency_minor_unit"')), ("magento", re.compile(rb'"(?:minimum|maximum)_price"')),
    ("shopify", re.compile(rb'"variants"\s*:\s*\[')), ("impact", re.compile(rb'"CatalogItemId"')),
    ("awin", re.compile(rb'"(?:aw_deep_link|product_basic)"')),
)
_PATHS = (
    ("shopify", re.compile(r"/products\.json$|/products/[^/]+\.js(?:on)?$")), ("woocommerce", re.compile(r"/wp-json/wc/")),
    ("magento", re.compile(r"/graphql/?$")),
)
_COLUMNS = (
    ("awin", frozenset(("aw_deep_link", "aw_product_id", "merchant_deep_link", "aw_image_url", "merchant_product_id"))),
    ("impact", frozenset(("catalogitemid", "currentprice", "stockavailability", "uniquemerchantsku"))),
    ("cj", frozenset(("program_name", "programname", "buyurl", "advertiser_id", "advertiser_name", "program_url"))),
)
PIPES = 25  # in a row of Rakuten's without its HDR line


class Detected(NamedTuple):
    """A format, and for `api` the name of the shipped mapping that fits."""

    format: str
    mapping: str | None = None


def detect(document: bytes, url: str) -> Detected | None:
    """The format of a document out of its archive; None when it is none that we know."""
    body = _narrow(document).lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if body[:1] in (b"{", b"["):
        return _of_json(body, url)
    if body.startswith(b"HDR|"):
        return Detected("rakuten")
    if body[:1] == b"<":
        return Detected(_of_markup(body[:HEAD]))
    named = _of_table(body[:HEAD])
    if named is None and re.search(rb"<(?:!doctype|html|head|body|div|script|meta)\b", body[:HEAD], re.I):
        return Detected("html")
    return Detected(named) if named else None


def _narrow(document: bytes) -> bytes:
    """UTF-16 with its mark as UTF-8."""
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        return document.decode("utf-16", "replace").encode("utf-8", "replace")
    return document


def _of_markup(head: bytes) -> str:
    found = _ROOT.search(head)
    root = (found[1] or found[2]).lower() if found else b"html"
    if root in (b"rss", b"feed", b"rdf", b"item", b"entry"):
        return "google_merchant"
    if root in (b"catalog", b"catalogs", b"product", b"catalogitem"):
        return "impact" if re.search(rb"<(?:CatalogItemId|CurrentPrice)\b", head, re.I) else "cj"
    return "html"


def _of_table(head: bytes) -> str | None:
    """By the names in the first line."""
    line = next((line for line in head.decode("utf-8", "replace").splitlines() if line.strip()), "")
    delimiter = max("\t,|;", key=line.count)
    given = [name.strip(" \"'") for name in line.split(delimiter)]
    names = {name.lower().removeprefix("g:").replace(" ", "_") for name in given}
    for platform, own in _COLUMNS:
        if names & own:
            return platform
    if {"id", "title", "link"} <= names and names & {"price", "sale_price"}:
        return "cj" if all(name.isupper() for name in given if name) else "google_merchant"
    if {"id", "title"} <= names and len(names) > 3:
        return "google_merchant"
    return "rakuten" if line.count("|") >= PIPES else None


def _of_json(body: bytes, url: str) -> Detected | None:
    try:
        value = load(body)
    except ValueError:
        named = next((platform for platform, sign in _BROKEN if sign.search(body[:HEAD])), None) or _of_path(url)
        return Detected(named) if named else None
    named = _of_list(value) if isinstance(value, list) else _of_object(value)
    if named:
        return Detected(named)
    fitting = next((name for name in mappings.shipped_names() if _fits(value, name)), None)
    if fitting:
        return Detected("api", fitting)
    named = _of_path(url)
    return Detected(named) if named else None


def _of_list(rows: list[Any]) -> str | None:
    for sign, platform in (("prices", "woocommerce"), ("@type", "html")):
        if mapping(first_of([{"row": row} for row in rows[:1]], "row")).get(sign) is not None:
            return platform
    return "impact" if any("CatalogItemId" in row for row in objects(rows[:1])) else None


def _of_object(value: dict[str, Any]) -> str | None:
    signs: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("shopify", lambda: isinstance(mapping(value.get("product")).get("variants"), list)),
        ("shopify", lambda: isinstance(value.get("variants"), list)),
        ("shopify", lambda: isinstance(first_of(value.get("products"), "variants"), list)),
        ("woocommerce", lambda: "currency_minor_unit" in mapping(value.get("prices"))),
        ("magento", lambda: "products" in mapping(value.get("data")) or magento.is_answer(value)),
        ("html", lambda: bool({"@type", "@graph", "@context"} & set(value))),
        ("impact", lambda: any("CatalogItemId" in row for rows in value.values() for row in objects(rows)[:1])),
        ("awin", lambda: "product_basic" in value or "aw_deep_link" in value),
    )
    return next((platform for platform, is_so in signs if is_so()), None)


def _fits(value: object, name: str) -> bool:
    """Whether a shipped mapping finds an identity, a title and a price in the list's first row."""
    known = mappings.shipped(name)
    items = value_at(value, known.items)
    if not isinstance(items, list) or not items:
        return False
    return all(
        any(value_at(items[0], path) not in (None, "", [], {}) for path in known.fields[field].names())
        for field in ("native_product_id", "title", "price")
    )


def _of_path(url: str) -> str | None:
    path = url.split("?", 1)[0].split("#", 1)[0]
    return next((platform for platform, sign in _PATHS if sign.search(path)), None)
