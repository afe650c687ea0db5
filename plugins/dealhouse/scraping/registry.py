"""The merchants that we crawl: imported from YAML into raw.merchant_registry, read back, divided into shards."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from sqlalchemy import text
from yarl import URL

from dealhouse.currencies import MINOR_UNITS
from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.settings import settings

Platform = Literal[
    "shopify", "woocommerce", "magento", "google_merchant", "awin", "impact", "cj", "rakuten", "api", "html",
]
# the affiliate networks whose links we can make: dbt's int_affiliate_networks says how
NETWORKS = ("awin", "impact", "cj", "rakuten", "generic")
UPSERT = text(
    "insert into raw.merchant_registry (merchant_id, name, platform, base_url, country, currency, language, enabled, is_local, "
    "spacing_seconds, options, updated_at) values (:merchant_id, :name, :platform, :base_url, :country, :currency, :language, "
    ":enabled, :is_local, :spacing_seconds, cast(:options as jsonb), :updated_at) on conflict (merchant_id) do update set "
    "(name, platform, base_url, country, currency, language, enabled, is_local, spacing_seconds, options, updated_at) = "
    "(excluded.name, excluded.platform, excluded.base_url, excluded.country, excluded.currency, excluded.language, "
    "excluded.enabled, excluded.is_local, excluded.spacing_seconds, excluded.options, excluded.updated_at)"
)

PAUSE = text(
    "update raw.merchant_registry set paused_at = :paused_at, pause_reason = :reason where merchant_id = :merchant_id"
)
# who opted out is left alone whatever the registry says: resuming it, or registering it anew, does not undo its word
PAUSED = text(
    "select r.merchant_id, coalesce('opted out: ' || o.reason, r.pause_reason) as pause_reason from raw.merchant_registry r "
    "left join ops.opted_out_merchants o on o.merchant_id = r.merchant_id "
    "where r.paused_at is not null or o.merchant_id is not null order by r.merchant_id"
)


class Merchant(BaseModel):
    """A merchant of the registry. `options` are its platform's: feed_path or feed_url, promotions_path (feeds), sitemap_path
    (html), mapping (api), store (magento), variations, store_path (woocommerce); and of any platform affiliate, the programme
    by which it pays. `html` is called `jsonld` in older files.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    merchant_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    platform: Platform
    base_url: str
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
    currency: str | None = None
    language: str | None = None
    enabled: bool = True
    is_local: bool = False
    spacing_seconds: float = Field(1.0, ge=0, allow_inf_nan=False)
    options: dict[str, Any] = {}

    @field_validator("platform", mode="before")
    @classmethod
    def _renamed(cls, value: object) -> object:
        return "html" if value == "jsonld" else value

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        url = URL(value)
        if url.scheme not in ("http", "https") or not url.host or url.query_string or url.fragment:
            raise ValueError("base_url is an http(s) address without query and fragment")
        return value.rstrip("/")

    @field_validator("currency")
    @classmethod
    def _iso(cls, value: str | None) -> str | None:
        if value is not None and value not in MINOR_UNITS:
            raise ValueError(f"{value} is no ISO 4217 currency")
        return value

    @field_validator("options")
    @classmethod
    def _paying(cls, value: dict[str, Any]) -> dict[str, Any]:
        programme = value.get("affiliate")
        if programme is not None and (not isinstance(programme, dict) or programme.get("network") not in NETWORKS):
            raise ValueError(f"affiliate is a mapping whose network is one of {', '.join(NETWORKS)}")
        return value

    @field_validator("options")
    @classmethod
    def _reachable(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in ("feed_url", "feed_path"):  # their host decides the shard: one that is none would stop all the others
            address = str(value.get(name) or "")
            if address.startswith(("http://", "https://")) and not URL(address).host:
                raise ValueError(f"{name} is no address")
        return value

    @property
    def asked_host(self) -> str:
        """Whose spacing its requests keep: the host of its feed or shop; a local merchant's is what the registry makes it."""
        feed = str(self.options.get("feed_url") or self.options.get("feed_path") or "")
        host = URL(feed if feed.startswith(("http://", "https://")) else self.base_url).host
        return self.merchant_id if self.is_local or host is None else host

    def url(self, path: str) -> str:
        return f"{self.base_url}/{path.lstrip('/')}"


def import_registry(source: str, as_of: datetime) -> int:
    """Import a YAML file (or http(s) address) of merchants; those that it does not name stay as they are. The number imported.

    Raises BadInputError naming the entry that is wrong; then nothing was imported.
    """
    merchants = parse_registry(_read(source), source)
    register(merchants, as_of)
    return len(merchants)


def register(merchants: Sequence[Merchant], as_of: datetime) -> None:
    """Write these merchants; one that is known by its id is updated, and stays paused if it was."""
    rows = [
        {**merchant.model_dump(), "options": orjson.dumps(merchant.options).decode(), "updated_at": as_of}
        for merchant in merchants
    ]
    if rows:
        with transaction("loader") as connection:
            connection.execute(UPSERT, rows)


def pause(merchant_id: str, reason: str | None, moment: datetime) -> None:
    """Crawl it no more until it is resumed, whatever an import says. Raises BadInputError for an unknown id."""
    _set_pause(merchant_id, moment, reason)


def resume(merchant_id: str) -> None:
    """Crawl it again with the next run. Raises BadInputError for an unknown id."""
    _set_pause(merchant_id, None, None)


def _set_pause(merchant_id: str, moment: datetime | None, reason: str | None) -> None:
    with transaction("loader") as connection:
        known = connection.execute(PAUSE, {"merchant_id": merchant_id, "paused_at": moment, "reason": reason}).rowcount
    if not known:
        raise BadInputError(f"not registered: {merchant_id}", "raw.merchant_registry")


def pauses() -> dict[str, str]:
    """The paused merchants and why, by id."""
    with transaction("loader") as connection:
        rows = connection.execute(PAUSED).all()
    return {row.merchant_id: row.pause_reason or "no reason given" for row in rows}


def parse_registry(content: bytes, source: str) -> list[Merchant]:
    """The merchants of a registry file (`merchants:` and a list). Raises BadInputError."""
    try:
        document: Any = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadInputError(f"no YAML: {error}", source) from error
    entries = document.get("merchants") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise BadInputError("a registry is a mapping with a list of `merchants`", source)
    merchants = []
    for number, entry in enumerate(entries):
        try:
            merchants.append(Merchant.model_validate(entry))
        except ValidationError as error:
            named = entry.get("merchant_id") if isinstance(entry, dict) else entry
            raise BadInputError(f"merchant {number} ({named}): {error}", source) from error
    doubled = [name for name, times in Counter(merchant.merchant_id for merchant in merchants).items() if times > 1]
    if doubled:
        raise BadInputError(f"merchants named twice: {', '.join(sorted(doubled))}", source)
    return merchants


def merchants(ids: Sequence[str] | None = None) -> list[Merchant]:
    """The merchants to crawl: enabled, not paused and not opted out, by id; or those of `ids`, whatever they are.

    Raises BadInputError for an unknown id.
    """
    wanted = text(
        "select merchant_id, name, platform, base_url, country, currency, language, enabled, is_local, spacing_seconds, options "
        "from raw.merchant_registry where case when :all then enabled and paused_at is null "
        "and merchant_id not in (select merchant_id from ops.opted_out_merchants) else merchant_id = any(:ids) end "
        "order by merchant_id"
    )
    with transaction("loader") as connection:
        rows = connection.execute(wanted, {"all": ids is None, "ids": list(ids or ())}).mappings().all()
    found = [Merchant.model_validate(dict(row)) for row in rows]
    missing = set(ids or ()) - {merchant.merchant_id for merchant in found}
    if missing:
        raise BadInputError(f"not registered: {', '.join(sorted(missing))}", "raw.merchant_registry")
    return found


def opted_out() -> set[str]:
    """Those that want to be left alone: nobody crawls them, not even when asked for by id."""
    with transaction("loader") as connection:
        return set(connection.execute(text("select merchant_id from ops.opted_out_merchants")).scalars())


def find(merchant_id: str) -> Merchant | None:
    """The merchant of that id, if it is registered."""
    try:
        return merchants([merchant_id])[0]
    except BadInputError:
        return None


def knows_any() -> bool:
    """Whether any merchant is registered, enabled or not."""
    with transaction("loader") as connection:
        return bool(connection.execute(text("select exists (select from raw.merchant_registry)")).scalar())


def shards(count: int | None = None) -> list[list[str]]:
    """Ids of the enabled merchants in at most `count` shards, by a hash: a merchant stays in its shard.

    Those of one host are in one shard, for only there is its spacing kept: feeds of a network, shops of a market place.
    """
    number = settings().crawl_shards if count is None else count
    groups: list[list[str]] = [[] for _ in range(number)]
    for merchant in merchants():
        groups[shard_of(merchant.asked_host, number)].append(merchant.merchant_id)
    return [group for group in groups if group]


def shard_of(name: str, count: int) -> int:
    return int.from_bytes(hashlib.md5(name.encode(), usedforsecurity=False).digest()[:8]) % count


def _read(source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        import requests

        try:
            answer = requests.get(source, timeout=30)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise BadInputError(f"the registry cannot be read: {error}", source) from error
        return answer.content
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise BadInputError(f"the registry cannot be read: {error}", source) from error
