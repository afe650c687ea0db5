"""What a shop says about itself: its name, currency, country and language, each with where that was read.

Pure: pages and answers in, facts out. The first word on a fact stands, so ask the surest source first.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml import etree, html
from yarl import URL

from dealhouse.currencies import MINOR_UNITS, OF_COUNTRY
from dealhouse.scraping.domains import country_of

# where a language that is spoken in several countries is at home, among those that pay in euros
_EURO_HOME = {
    "ca": "ES", "de": "DE", "el": "GR", "es": "ES", "et": "EE", "fi": "FI", "fr": "FR", "ga": "IE", "hr": "HR", "it": "IT",
    "lt": "LT", "lv": "LV", "mt": "MT", "nl": "NL", "pt": "PT", "sk": "SK", "sl": "SI",
}
_LOCALE = re.compile(r"^([a-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2}))?$", re.IGNORECASE)
_FEED_TITLE = re.compile(r"(?s)<[^>]*>(?:(?!<(?:item|entry)\b).){0,5000}?<title[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{1,500})")
_NAME_COLUMNS = ("merchant_name", "advertiser_name", "program_name", "programname")
_SHOPIFY_COUNTRY = re.compile(rb"Shopify\.country\s*=\s*[\"']([A-Z]{2})[\"']")
_MOST_NAME = 200
# a language is told by so many small words, of so many kinds, so many times those of the next one
LEAST_WORDS, LEAST_KINDS, CLEARLY = 5, 3, 3
_LETTERS = re.compile(r"[^\W\d_]+")
# no single letters: sizes and model names are full of them
_SMALL_WORDS = {
    "de": ("und", "der", "die", "das", "mit", "für", "aus", "ist", "ein", "eine", "nicht", "zum", "auf"),
    "en": ("and", "the", "with", "for", "of", "is", "this", "your", "from", "to"),
    "es": ("el", "los", "las", "con", "para", "del", "una", "por", "es", "muy"),
    "fi": ("ja", "on", "ei", "sekä", "joka", "myös", "tai", "ovat"),
    "fr": ("et", "le", "les", "des", "avec", "pour", "du", "une", "est", "dans", "aux"),
    "it": ("il", "di", "della", "con", "per", "una", "gli", "dei", "alla", "nel"),
    "nl": ("en", "het", "een", "met", "voor", "van", "niet", "zijn", "deze"),
    "pl": ("dla", "jest", "się", "oraz", "nie", "ze", "przez", "który"),
    "pt": ("os", "com", "para", "uma", "do", "não", "em", "da", "dos"),
    "sv": ("och", "med", "för", "är", "som", "ett", "av", "till", "inte"),
}


@dataclass
class Facts:
    """What is known of a shop so far; `because` tells the source of each fact."""

    values: dict[str, str] = field(default_factory=dict)
    because: dict[str, str] = field(default_factory=dict)

    def learn(self, fact: str, value: object, source: str) -> None:
        """Keep a fact that was not known; what cannot be one is no news."""
        if fact not in self.values and isinstance(value, str) and (said := _sound(fact, value)):
            self.values[fact] = said
            self.because[fact] = source

    def get(self, fact: str) -> str | None:
        return self.values.get(fact)


def _sound(fact: str, value: str) -> str | None:
    value = " ".join(value.split())
    if fact == "currency":
        return value.upper() if value.upper() in MINOR_UNITS else None
    if fact in ("country", "region"):
        return value.upper() if value.upper() in OF_COUNTRY else None
    if fact == "language":
        found = _LOCALE.match(value)
        return found[1].lower() if found else None
    return value[:_MOST_NAME] or None


def of_home(page: bytes, facts: Facts) -> None:
    """Read a shop's front page: html lang, og:site_name, og:locale, JSON-LD's organisation, title."""
    page = page[:2_000_000]
    try:
        tree = html.document_fromstring(page, parser=html.HTMLParser(encoding=_encoding(page)))
    except (etree.LxmlError, ValueError):
        return
    organisations = list(_organisations(tree))
    facts.learn("name", _meta(tree, "og:site_name"), "og:site_name of the front page")
    for organisation in organisations:
        facts.learn("name", organisation.get("name"), "JSON-LD of the front page")
        address = organisation.get("address")
        if isinstance(address, dict):
            facts.learn("country", _country_word(address.get("addressCountry")), "the address in the front page's JSON-LD")
    if found := _SHOPIFY_COUNTRY.search(page):
        facts.learn("country", found[1].decode(), "the front page's script")
    for locale, source in ((tree.get("lang"), "html lang"), (_meta(tree, "og:locale"), "og:locale")):
        match = _LOCALE.match((locale or "").strip())
        if match:
            facts.learn("language", match[1], source)
            facts.learn("region", match[2], source)
    facts.learn("name", _short(tree.findtext(".//title")), "title of the front page")


def _encoding(page: bytes) -> str | None:
    """UTF-8 where it can be; what is not says itself what it is."""
    try:
        page.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def of_host(host: str, facts: Facts) -> None:
    """A country's own top-level domain names the country."""
    country = country_of(host)
    if country is not None:
        facts.learn("country", country, f"the domain ends with .{host.lower().rpartition('.')[2]}")


def of_feed(document: bytes, facts: Facts) -> None:
    """The merchant's name as a feed has it: the channel's title, Rakuten's header, or a column of an affiliate file."""
    head = document[:50_000].decode("utf-8", "replace").lstrip("\ufeff \r\n")
    title = _FEED_TITLE.match(head)
    if title:
        facts.learn("name", unescape(title[1]), "title of the feed")
    elif head.startswith("HDR|"):
        facts.learn("name", [*head.split("\n", 1)[0].split("|"), "", ""][2], "header of the feed")
    elif not head.startswith(("<", "{", "[")):
        for column in _NAME_COLUMNS:
            facts.learn("name", _first_value(head, column), f"{column} of the feed")


def _first_value(head: str, column: str) -> str | None:
    """The value of a column in the first row of a table with a header."""
    lines = head.splitlines()[:2]
    delimiter = max(",;|\t", key=lines[0].count) if lines else ","
    try:
        names, values = csv.reader(lines, delimiter=delimiter)
    except (csv.Error, ValueError):
        return None
    return next((value for name, value in zip(names, values, strict=False) if name.strip().lower() == column), None)


def of_offers(offers: Sequence[dict[str, Any]], facts: Facts) -> None:
    """The currency and the host that most offers name. A feed may lie elsewhere than the shop: its offers lead home."""
    currencies = Counter(offer["currency"] for offer in offers if offer.get("currency"))
    if currencies:
        facts.learn("currency", currencies.most_common(1)[0][0], "the prices of its offers")
    hosts = Counter(filter(None, (_host(offer.get("url")) for offer in offers)))
    if hosts:
        facts.learn("host", hosts.most_common(1)[0][0], "the addresses of its offers")
        of_host(facts.values["host"], facts)


def of_texts(texts: Iterable[str | None], facts: Facts) -> None:
    """The language of what is sold, by the small words that a text cannot do without. Few or mixed ones tell nothing."""
    words = Counter(word for text in texts if text for word in _LETTERS.findall(text.lower()))
    counts = Counter({language: sum(words[word] for word in small) for language, small in _SMALL_WORDS.items()})
    (first, most), (_, second) = counts.most_common(2)
    kinds = sum(words[word] > 0 for word in _SMALL_WORDS[first])
    if most >= LEAST_WORDS and kinds >= LEAST_KINDS and most >= CLEARLY * second:
        facts.learn("language", first, "the words of its offers")


def _host(url: str | None) -> str | None:
    try:
        return URL(url or "").host
    except ValueError:
        return None


def settle_country(facts: Facts) -> None:
    """When nothing surer told the country: the page's region if one pays so there, the currency's, or the language's.

    A theme's `en-US` stands on many a page that has nothing to do with the United States: prices in EUR give it away.
    """
    currency, language, region = facts.get("currency"), facts.get("language"), facts.get("region")
    if region and currency in (None, OF_COUNTRY[region]):
        facts.learn("country", region, facts.because["region"])
    elif currency == "EUR":
        facts.learn("country", _EURO_HOME.get(language or ""), f"prices in EUR, texts in {language}")
    elif currency and not currency.startswith("X") and OF_COUNTRY.get(currency[:2]) == currency:
        facts.learn("country", currency[:2], f"prices in {currency}")


def _meta(tree: Any, name: str) -> str | None:  # noqa: ANN401 (lxml ships no types)
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0]) if found else None


def _short(title: str | None) -> str | None:
    """A title without its slogan: `Acme | Lamps since 1970`."""
    return re.split(r"\s+[|–—·:-]\s+", title.strip(), maxsplit=1)[0] if title and title.strip() else None


def _country_word(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _organisations(tree: Any) -> Iterable[dict[str, Any]]:  # noqa: ANN401
    for text in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            document = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        graph = document.get("@graph", [document]) if isinstance(document, dict) else document
        for node in graph if isinstance(graph, list) else []:
            if isinstance(node, dict) and _is_organisation(node.get("@type")):
                yield node


def _is_organisation(kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(one, str) and one.endswith(("Organization", "Store", "WebSite", "Corporation")) for one in kinds)
