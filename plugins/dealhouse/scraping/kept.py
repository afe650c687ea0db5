"""Bodies of documents that are read but not landed (sitemaps, a shop's settings), so that a 304 for them will do, too."""

import hashlib
from collections.abc import Mapping

import orjson
import zstandard

from dealhouse.landing.store import Store
from dealhouse.scraping.fetcher import Fetched, Fetcher
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.validators import Validators

LARGEST = 16 << 20  # of a body that is kept


class Kept:
    """One merchant's. A body that is missing or broken is fetched in full."""

    def __init__(self, store: Store, merchant: Merchant, fetcher: Fetcher) -> None:
        self.store = store
        self.merchant = merchant
        self.fetcher = fetcher

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """The document, as it is now: 200 with its body, or gone. Raises what the fetcher raises."""
        known, body = self._read(url)
        fetched = await self.fetcher.get(url, self.merchant, known, headers)
        if fetched.is_unchanged:
            return Fetched(fetched.url, 200, body, known, fetched.headers)
        given = fetched.validators
        if fetched.status == 200 and (given.etag or given.last_modified) and len(fetched.body) <= LARGEST:
            self._write(url, given, fetched.body)
        return fetched

    def _key(self, url: str) -> str:
        return f"state/kept/{self.merchant.merchant_id}/{hashlib.sha256(redact(url).encode()).hexdigest()[:24]}"

    def _read(self, url: str) -> tuple[Validators, bytes]:
        try:
            head, _, body = self.store.get(self._key(url)).partition(b"\n")
            return Validators(*orjson.loads(head)), zstandard.decompress(body, max_output_size=LARGEST)
        except (FileNotFoundError, ValueError, TypeError, zstandard.ZstdError):
            return Validators(), b""

    def _write(self, url: str, validators: Validators, body: bytes) -> None:
        head = orjson.dumps([validators.etag, validators.last_modified, redact(validators.url or "") or None])
        self.store.put(self._key(url), head + b"\n" + zstandard.compress(body))
