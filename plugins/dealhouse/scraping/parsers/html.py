"""Product pages: markup, scripts' state and what a shopper sees, put to the vote."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from w3lib.url import canonicalize_url

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.offer import PAYLOAD_LIMIT, Context, Offer, Reject, clean, make_offer, reject
from dealhouse.scraping.parsers.page import (
    attributes,
    currency,
    embedded,
    identity,
    jsonld,
    opengraph,
    prices,
    schema,
    stock,
    vote,
    words,
)
from dealhouse.scraping.parsers.page.document import Page, parse
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.jsonnodes import Node, first
from dealhouse.scraping.parsers.page.sight import Sight, look, settle_heading


@dataclass
class Read:
    """A page with everything that its layers found."""

    page: Page
    context: Context
    findings: list[Finding]
    broken: list[str]
    sight: Sight
    amounts: list[prices.Amount] = field(default_factory=list)
    region: str | None = None

    def of(self, name: str) -> Any:  # noqa: ANN401
        """The first layer's that says something."""
        return first(*(finding.get(name) for finding in self.findings))

    @property
    def markup(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.layer not in ("opengraph", "embedded")]


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """The offers of a product page, the main product first; a page without a product is one reject."""
    read = _read(document, context)
    price = vote.choose(read.findings, read.amounts)
    state, state_flags = stock.decide(read.findings, stock.find(read.sight), price is not None)
    fault = _fault(read, price, state)
    if fault is not None:
        yield fault
        return
    variants = next((finding.variants for finding in read.findings if finding.variants), [])
    if variants:
        chosen = price.value if price else None
        for variant in sorted(variants, key=lambda one: (one.get("url") != context.document_url, one.price != chosen)):
            yield _made(read, _fields(read, variant) | {"price": variant.price, "currency": _currency(read, price, variant)})
        return
    found = _fields(read, None) | _priced(read, price) | {"availability": state}
    flags = (price.flags if price else frozenset()) | state_flags
    if price is not None and found["currency"] is None and (guess := _guessed_currency(read, price)) is not None:
        found["currency"], flags = guess, flags | {"currency_inferred"}
    found["flags"] = ",".join(sorted(flags)) or None
    yield _made(read, found)


def _read(document: bytes, context: Context) -> Read:
    page = parse(document, context)
    sight = look(page)
    nodes, broken = jsonld.nodes(page.scripts)
    findings = [*_marked(page, nodes, _heading(sight)), opengraph.read(page)]
    names = (*(finding.get("title") for finding in findings), _heading(sight))
    settle_heading(sight, names)
    region = currency.region_of(page.url, page.region)
    amounts = prices.find(sight, region, page.language or context.language)
    is_bare = sight.heading is None and len(findings) < 2
    if not vote.is_settled(findings, amounts) and (state := embedded.read(page, names, is_bare=is_bare)) is not None:
        findings.append(state)
    return Read(page, context, findings, broken, sight, amounts, region)


def _heading(sight: Sight) -> str | None:
    return next((text for _, node in sight.headings[:5] if (text := clean(node.text(separator=" ")))), None)


def _marked(page: Page, nodes: list[Node], heading: str | None) -> list[Finding]:
    """The page's product in each spelling of schema.org; RDFa is looked for where the usual two tell of none."""
    microdata = attributes.microdata(page.tree) if page.has_microdata else []
    found = [*_spelled(page, "jsonld", nodes, heading), *_spelled(page, "microdata", microdata, heading)]
    if not found and b"typeof=" in page.source:
        found += _spelled(page, "rdfa", attributes.rdfa(page.tree), heading)
    return found


def _spelled(page: Page, layer: str, nodes: list[Node], heading: str | None) -> Iterator[Finding]:
    product = schema.main_product(nodes, page.url, heading)
    if product is not None:
        yield schema.read_product(product, layer, page.url, nodes, page.language)


_STORIES = ("article", "blog", "profile", "video.other", "book")


def _fault(read: Read, price: vote.Price | None, state: str) -> Reject | None:
    """Why a page is no product's, where it is none."""
    page = read.page
    is_story = (page.meta("og:type") or "").lower() in _STORIES and not read.sight.buttons()
    if read.markup or (price is not None and price.confidence >= 0.5 and read.sight.heading is not None and not is_story):
        return None
    said = f"{page.title} {read.sight.text()[:2000]}".lower()
    for reason, pattern in (("blocked", words.BLOCKED), ("not_found", words.GONE), ("password_page", words.PASSWORD)):
        if len(read.sight.lines) < 150 and pattern.search(said):
            return reject(reason, page.title, page.url)
    if read.broken and price is None:
        return reject("malformed_markup", read.broken[0], "no readable product in the page's JSON-LD")
    is_listing = any(amount.alike >= 3 and not amount.marks & vote.BARRED for amount in read.amounts)
    if is_story or (price is None and (state == "unknown" or is_listing)):
        return reject("no_product", page.title, f"{len(read.amounts)} amounts, none of them the price")
    return None


def _fields(read: Read, variant: Finding | None) -> dict[str, Any]:
    """Everything but the price and the state: a variant's own, else by the layers' order of trust."""
    page, context = read.page, read.context
    layers = [variant] if variant is not None else read.findings
    found = {name: first(*(layer.get(name) for layer in layers)) for name in _PLAIN}
    url = next((one for finding in layers[:1] if (one := finding.get("url")) and _same_host(one, page.url)), None) or page.url
    native = first(*(layer.get("native_product_id") for layer in layers if layer.layer not in ("opengraph", "embedded")))
    if variant is not None:
        found |= {"availability": variant.get("availability"), "title": first(found["title"], read.of("title"))}
    else:
        found["sku"] = _sku(read)
        found["title"] = _title(read)
    return {
        **found, "url": url, "native_product_id": native or canonicalize_url(url), "extractor": "html",
        "language": context.language or page.language,
    }


_PLAIN = (
    "title", "description", "image_url", "brand", "gtin", "mpn", "sku", "category_path", "condition", "rating", "review_count",
    "reference_price", "reference_kind", "sale_end", "shipping_cost", "tax_included", "item_group_id", "variant_title",
)


def _same_host(one: str, other: str) -> bool:
    return one.split("/", 3)[2:3] == other.split("/", 3)[2:3]


def _title(read: Read) -> str | None:
    marked = first(*(finding.get("title") for finding in read.markup))
    line = read.sight.heading
    shown = read.sight.lines[line] if line is not None else None
    return clean(marked) or shown or clean(read.of("title")) or clean(read.page.title)


def _sku(read: Read) -> str | None:
    """What the page shows beside the heading, else the markup's or the address's number as the page spells it, and so on."""
    marked = clean(first(*(finding.get("sku") for finding in read.findings if finding.layer != "embedded")))
    near, far = identity.labelled(read.sight)
    if near and marked and marked.startswith(near):
        near = marked
    url = read.page.url
    asin = identity.asin(url)
    if asin is not None:
        return next((shown for shown in (near, far) if shown and identity.asin(f"/{shown}")), asin)
    return (
        near or identity.spelled(read.sight, marked) or marked or clean(read.of("sku")) or far
        or identity.in_address(url) or identity.attribute(read.sight)
    )


def _currency(read: Read, price: vote.Price | None, finding: Finding | None = None) -> str | None:
    """The price's own, else what any layer states, else the shop's, else the region's."""
    stated = [finding.currency if finding else None, price.currency if price else None, *(one.currency for one in read.findings)]
    real = next((code for code in stated if code in MINOR_UNITS), None)
    return real or first(*stated) or read.context.currency or currency.of_region(read.region)


def _guessed_currency(read: Read, price: vote.Price) -> str | None:
    """Where nothing states it: the one that the page's scripts speak of, else a bare dollar sign's first owner."""
    spoken: set[str] = {code for script in read.page.scripts for code in _CODE.findall(script.text)} & MINOR_UNITS.keys()
    if len(spoken) == 1:
        return spoken.pop()
    sign = currency.sign_in(price.amount.text) if price.amount is not None else None
    return currency.SHARED[sign][0] if sign in currency.SHARED else None


_CODE = re.compile(r"[cC]urrency(?:_?[cC]ode|ISO)?[\"']?\s*[:=,]\s*(?:\{\s*\"active\"\s*:\s*)?[\"']([A-Z]{3})[\"']")


def _priced(read: Read, price: vote.Price | None) -> dict[str, Any]:
    if price is None:
        return {"price": read.of("stated_price"), "currency": _currency(read, None), "confidence": 0.5}
    found = {"price": price.value, "confidence": price.confidence, "extractor": "+".join(price.layers) or "html"}
    former = None if read.of("reference_price") else vote.reference(price, read.amounts)
    if former is not None:
        found |= {"reference_price": former[0], "reference_kind": former[1]}
    return found | {"currency": _currency(read, price)}


def _made(read: Read, found: dict[str, Any]) -> Offer | Reject:
    """The offer, or a reject that tells what is known all the same: a sold-out product often shows no price."""
    made = make_offer(read.context, found, "")
    if not isinstance(made, Reject):
        return made
    known = {name: found.get(name) for name in _KNOWN if found.get(name) is not None}
    payload = json.dumps(known, ensure_ascii=False, default=str)
    told = known if made.reason in _PRICELESS else made.known  # without a currency make_offer tells the rest
    return Reject(made.reason, payload[:PAYLOAD_LIMIT], made.detail, told)


_PRICELESS = ("missing_price", "invalid_price")
_KNOWN = (
    "native_product_id", "url", "title", "availability", "sku", "gtin", "mpn", "brand", "image_url", "extractor", "confidence",
    "flags",
)
