"""A new merchant from nothing but its address: its platform, its facts, a look at its offers, a row of the registry."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from yarl import URL

from dealhouse.currencies import OF_COUNTRY
from dealhouse.errors import BadInputError
from dealhouse.scraping import detect_platform, registry, shop_facts
from dealhouse.scraping.detect_platform import Found
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.preview import Preview, look
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.secrets import redact
from dealhouse.settings import settings

IN_FLIGHT = 2
UNKNOWN_COUNTRY = "ZZ"  # until the first offers told the currency; no country's code


@dataclass(frozen=True)
class Onboarded:
    """A merchant as found. `because`: where each fact was read; `tried`: what was asked on the way."""

    merchant: Merchant
    because: dict[str, str]
    tried: list[str]
    preview: Preview


def onboard(address: str, as_of: datetime, *, is_local: bool = False, given: Mapping[str, str] | None = None) -> Onboarded:
    """Find out all that a registry row needs; nothing is stored.

    given: what a person knows better, of merchant_id, name, currency, country, language.
    Raises BadInputError (no shop, or a fact that could not be found, by its name), FetchRefusedError, FetchUnavailableError.
    """
    return asyncio.run(_onboard(_address(address), as_of, dict(given or {}), is_local=is_local))


def look_at(merchant: Merchant, as_of: datetime) -> Preview:
    """A merchant's first offers, as its registry row says they are to be had. Raises BadInputError for one that opted out."""
    if merchant.merchant_id in registry.opted_out():
        raise BadInputError(f"{merchant.merchant_id} opted out: it is left alone until that is lifted", "ops.opted_out_merchants")

    async def looking() -> Preview:
        async with Fetcher(settings().user_agent, IN_FLIGHT) as fetcher:
            return await look(merchant, as_of, fetcher)

    return asyncio.run(looking())


def keep(merchant: Merchant, as_of: datetime) -> None:
    """Write the registry row. Raises BadInputError when the id belongs to a merchant elsewhere."""
    known = registry.find(merchant.merchant_id)
    if known is not None and known.base_url != merchant.base_url:
        taken = f"the id {merchant.merchant_id} belongs to {known.base_url}: choose another with --id"
        raise BadInputError(taken, merchant.base_url)
    registry.register([merchant], as_of)


async def _onboard(address: str, as_of: datetime, given: dict[str, str], *, is_local: bool) -> Onboarded:
    async with Fetcher(settings().user_agent, IN_FLIGHT) as fetcher:
        found = await detect_platform.find(address, fetcher, is_local=is_local)
        facts = found.facts
        facts.values.update(given)
        facts.because.update(dict.fromkeys(given, "given"))
        shop_facts.settle_country(facts)
        preview = await look(_merchant(found, is_local=is_local), as_of, fetcher)
        shop_facts.of_offers(preview.offers, facts)
        shop_facts.of_host(URL(found.base_url).host or "", facts)
        shop_facts.of_texts((offer.get(name) for offer in preview.offers for name in ("title", "description")), facts)
        shop_facts.settle_country(facts)
        country = facts.get("country")
        if "missing_currency" in preview.reasons and not preview.offers and country and not facts.get("currency"):
            facts.learn("currency", OF_COUNTRY[country], f"its prices name none; what one pays with in {country}")
            preview = await look(_merchant(found, is_local=is_local), as_of, fetcher)
        if country is None:
            raise BadInputError(f"the country could not be found out: give it with --country ({found.platform} shop)", address)
        return Onboarded(_merchant(found, is_local=is_local), facts.because, found.tried, preview)


def _address(address: str) -> str:
    """The address with a scheme. Raises BadInputError for what is none, or holds a key that the registry must not."""
    whole = address if "://" in address else f"https://{address}"
    if redact(whole) != whole:
        raise BadInputError("the address holds a key: put it into an environment variable NAME and write ${NAME}", redact(whole))
    try:
        url = URL(whole)
    except ValueError as error:
        raise BadInputError(f"no address: {error}", address) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInputError("not an http(s) address", address)
    return whole


def _merchant(found: Found, *, is_local: bool) -> Merchant:
    facts = found.facts
    home, name = _home(found), facts.get("name")
    values: dict[str, Any] = {
        "merchant_id": facts.get("merchant_id") or slug(home, name), "platform": found.platform,
        "name": name or (home.host or "").removeprefix("www."),
        "base_url": found.base_url, "country": facts.get("country") or UNKNOWN_COUNTRY, "currency": facts.get("currency"),
        "language": facts.get("language"), "is_local": is_local, "options": found.options,
    }
    try:
        return Merchant.model_validate(values)
    except ValidationError as error:
        raise BadInputError(f"no registry row: {error}", found.base_url) from error


def _home(found: Found) -> URL:
    """Where the shop itself is: where a feed's offers lead to, if the feed lies elsewhere."""
    url, host = URL(found.base_url), found.facts.get("host")
    return url.with_host(host) if host and found.platform in detect_platform.FEEDS else url


def slug(url: URL, name: str | None) -> str:
    """A merchant's id: its host's words; its name's where the host is a bare address."""
    host = (url.host or "").removeprefix("www.")
    is_bare = bool(re.fullmatch(r"[\d.]+|.*:.*|localhost", host))
    words = name if is_bare and name else f"{host}-{url.explicit_port or ''}" if is_bare else host
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:63].rstrip("-") or "merchant"
