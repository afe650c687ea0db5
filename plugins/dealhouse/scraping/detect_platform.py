"""Which platform a shop runs on, found by asking it as politely as a crawl would: robots.txt, spacing, one question at a time.

Asked in turn, until one answers as it should: the address itself when it is a feed; Shopify's, WooCommerce's and Magento's own
listings; a sitemap of pages. The front page's marks decide which listing is asked first.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
from yarl import URL

from dealhouse.errors import BadInputError, FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import shop_facts, sitemaps
from dealhouse.scraping.detect_format import detect
from dealhouse.scraping.fetcher import Fetched, Fetcher
from dealhouse.scraping.parsers import woocommerce
from dealhouse.scraping.parsers.feed_text import Unreadable, unpacked
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.shop_facts import Facts

FEEDS = ("google_merchant", "awin", "impact", "cj", "rakuten")
MAGENTO = f"/graphql?query={quote('{storeConfig{store_name base_currency_code default_display_currency_code locale}}')}"
SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
MARKS = {
    "shopify": re.compile(rb"cdn\.shopify\.com|Shopify\.(?:shop|theme)", re.IGNORECASE),
    "woocommerce": re.compile(rb"woocommerce|wp-content/", re.IGNORECASE),
    "magento": re.compile(rb"text/x-magento-init|/static/version\d+|Magento_", re.IGNORECASE),
}


@dataclass
class Found:
    """A shop's platform, where its documents are, and its facts. `tried`: every question with its answer, for people."""

    platform: str
    base_url: str
    options: dict[str, Any]
    facts: Facts
    tried: list[str]


@dataclass
class Probe:
    """Asks one shop and keeps a list of what was asked."""

    fetcher: Fetcher
    asker: Merchant
    facts: Facts = field(default_factory=Facts)
    tried: list[str] = field(default_factory=list)
    refused: list[FetchRefusedError] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.asker.base_url}{path}"

    async def get(self, url: str) -> Fetched | None:
        """The answer, or None when there was none to use. Raises FetchUnavailableError: who is down can be judged later."""
        try:
            fetched = await self.fetcher.get(url, self.asker)
        except FetchRefusedError as refused:
            self.tried.append(redact(f"{url}: {refused.reason}"))
            self.refused.append(refused)
            return None
        except FetchUnavailableError as unavailable:
            raise FetchUnavailableError(redact(url), f"{unavailable.reason}; asked before: {self.told()}") from unavailable
        self.tried.append(redact(f"{url}: {'no such page' if fetched.is_gone else f'answered {fetched.status}'}"))
        return None if fetched.is_gone else fetched

    async def json(self, path: str) -> Any:  # noqa: ANN401 (whatever the shop says)
        """The answer's JSON, or None when it is something else."""
        fetched = await self.get(self.url(path))
        try:
            return None if fetched is None else orjson.loads(fetched.body)
        except orjson.JSONDecodeError:
            self.tried[-1] += ", which is no JSON"
            return None

    def told(self) -> str:
        return "; ".join(self.tried) or "nothing"


async def find(address: str, fetcher: Fetcher, *, is_local: bool) -> Found:
    """Look at a shop or feed. Raises BadInputError naming what was tried, FetchRefusedError, FetchUnavailableError."""
    url = URL(address)
    is_deep = "${" in address or url.path not in ("", "/") or bool(url.query_string)
    if is_deep and (found := await _feed(address, fetcher, is_local=is_local)):
        return found
    probe = _probe(str(url.origin()), fetcher, is_local=is_local)
    shop_facts.of_host(url.host or "", probe.facts)
    marks = await _front_page(probe)
    for platform in sorted(LISTINGS, key=lambda name: name not in marks):
        if await LISTINGS[platform](probe):
            return Found(platform, probe.asker.base_url, {}, probe.facts, probe.tried)
    options = await _sitemap(probe)
    if options is None:
        raise _nothing(probe, address)
    return Found("html", probe.asker.base_url, options, probe.facts, probe.tried)


def _probe(origin: str, fetcher: Fetcher, *, is_local: bool) -> Probe:
    spacing = 0.0 if is_local else 1.0
    return Probe(fetcher, Merchant(
        merchant_id="a-look", name="a look", platform="html", base_url=origin, country="XX", is_local=is_local,
        spacing_seconds=spacing,
    ))


async def _feed(address: str, fetcher: Fetcher, *, is_local: bool) -> Found | None:
    """The address as a feed, or as an API that a shipped mapping reads. A page of a shop is none: then the shop is looked at."""
    url = URL(address)
    probe = _probe(str(url.origin()), fetcher, is_local=is_local)
    fetched = await probe.get(address)
    if fetched is None:
        raise _nothing(probe, address)
    try:
        document = unpacked(fetched.body)
    except Unreadable as error:
        raise BadInputError(f"an archive that cannot be opened: {error}", redact(address)) from error
    detected = detect(document, address)
    if detected is None or not (detected.format in FEEDS or detected.mapping):
        return None
    path = address.removeprefix(probe.asker.base_url)
    place = {"feed_path": path} if path.startswith("/") else {"feed_url": address}
    options = {"mapping": detected.mapping} if detected.mapping else place
    shop_facts.of_feed(document, probe.facts)
    return Found(detected.format, probe.asker.base_url, options, probe.facts, probe.tried)


async def _front_page(probe: Probe) -> set[str]:
    """Platforms whose marks the front page bears. A shop that moved is followed, one that closed its doors is left alone."""
    fetched = await probe.get(probe.url("/"))
    if fetched is None and any("answered 4" in refused.reason for refused in probe.refused):
        raise FetchRefusedError(probe.asker.base_url, f"the shop does not let us in; asked: {probe.told()}")
    if fetched is None:
        return set()
    here = URL(fetched.url)
    if here.path.rstrip("/").endswith("/password"):
        raise FetchRefusedError(probe.asker.base_url, "the shop is closed by a password")
    if str(here.origin()) != probe.asker.base_url:
        probe.asker = probe.asker.model_copy(update={"base_url": str(here.origin())})
        shop_facts.of_host(here.host or "", probe.facts)
    shop_facts.of_home(fetched.body, probe.facts)
    return {platform for platform, mark in MARKS.items() if mark.search(fetched.body)}


async def _shopify(probe: Probe) -> bool:
    listing = await probe.json("/products.json?limit=1")
    if not isinstance(listing, dict) or not isinstance(listing.get("products"), list):
        return False
    meta = await probe.json("/meta.json")
    for fact in ("name", "currency", "country") if isinstance(meta, dict) else ():
        probe.facts.values.pop(fact, None)  # surer than what the front page says
        probe.facts.learn(fact, meta.get(fact), "/meta.json")
    return True


async def _woocommerce(probe: Probe) -> bool:
    listing = await probe.json(f"{woocommerce.PATH}?per_page=1")
    if listing is None:
        listing = await probe.json(f"{woocommerce.OLD_PATH}?per_page=1")
    if not isinstance(listing, list):
        return False
    prices = listing[0].get("prices") if listing and isinstance(listing[0], dict) else None
    if isinstance(prices, dict):
        probe.facts.learn("currency", prices.get("currency_code"), "the Store API")
    return True


async def _magento(probe: Probe) -> bool:
    answer = await probe.json(MAGENTO)
    data = answer.get("data") if isinstance(answer, dict) else None
    config = data.get("storeConfig") if isinstance(data, dict) else None
    if not isinstance(config, dict):
        return False
    probe.facts.learn("name", config.get("store_name"), "storeConfig")
    probe.facts.learn("currency", config.get("default_display_currency_code") or config.get("base_currency_code"), "storeConfig")
    locale = str(config.get("locale") or "")
    probe.facts.learn("language", locale, "storeConfig")
    probe.facts.learn("region", locale.rpartition("_")[2], "storeConfig")
    return True


LISTINGS = {"shopify": _shopify, "woocommerce": _woocommerce, "magento": _magento}


async def _sitemap(probe: Probe) -> dict[str, Any] | None:
    """Options of a shop of pages: the sitemap that robots.txt names, or one where they usually are. None: there is none."""
    rules = await probe.fetcher.robots(probe.url("/"), probe.asker)
    host = sitemaps.host_of(probe.asker.base_url)
    named = [URL(url).raw_path_qs for url in rules.sitemaps if sitemaps.host_of(url) == host]
    for path in dict.fromkeys((*named, *SITEMAPS)):
        fetched = await probe.get(probe.url(path))
        if fetched is not None and sitemaps.entries(fetched.body)[1]:
            return {} if path == SITEMAPS[0] else {"sitemap_path": path}
    return None


def _nothing(probe: Probe, address: str) -> BadInputError | FetchRefusedError:
    """Why there is nothing to crawl: the shop forbids it, or it is no shop that we can read."""
    refusals = [refused for refused in probe.refused if "robots.txt" in refused.reason or "answered 4" in refused.reason]
    if refusals and len(refusals) == len(probe.tried):
        return FetchRefusedError(redact(address), f"nothing is open to us; asked: {probe.told()}")
    return BadInputError(f"no shop or feed that we can read; asked: {probe.told()}", redact(address))
