"""The platform's API as the shop and its shoppers meet it: prices, suggestions, deals, events."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
import orjson

from bazaar.errors import BazaarError

PAGE = 1000
MOST_PAGES = 200
MOST_EVENTS = 400
TIMEOUT = aiohttp.ClientTimeout(total=5)
REACHABLE_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)


class PlatformError(BazaarError):
    """The platform did not give the answer that was asked for."""


@dataclass(frozen=True)
class OfferedPrices:
    """What the platform would charge: sku -> (amount, currency), and the tag of that answer."""

    etag: str | None
    prices: dict[str, tuple[str, str]]


class PlatformClient:
    """A session with the API; use as an async context manager. Every failure is a PlatformError.

    api_key: the shop's own, which counts all that its shoppers ask for; without one they share the limit of one address.
    """

    def __init__(self, api_url: str, api_key: str | None = None) -> None:
        self.api_url = api_url.rstrip("/")
        self._own = {"X-API-Key": api_key} if api_key else {}
        self._session: aiohttp.ClientSession | None = None
        self._deals: dict[str, list[dict[str, Any]]] = {}

    async def __aenter__(self) -> "PlatformClient":
        self._session = aiohttp.ClientSession(timeout=TIMEOUT, headers=self._own)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def prices(self, known: OfferedPrices) -> OfferedPrices:
        """All prices, page by page; `known` itself when the platform says that nothing changed."""
        prices: dict[str, tuple[str, str]] = {}
        etag, cursor = None, None
        for page in range(MOST_PAGES):
            headers = {"If-None-Match": known.etag} if known.etag and page == 0 else {}
            parameters = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            status, told, body = await self._ask("GET", "/v1/prices", headers=headers, params=parameters)
            if status == 304:
                return known
            etag = told if page == 0 else etag
            for item in body.get("items", []):
                prices[item["sku"]] = (item["price"]["amount"], item["price"]["currency"])
            cursor = body.get("next_cursor")
            if not cursor:
                break
        return OfferedPrices(etag, prices)

    async def recommendations(self, token: str, country: str) -> dict[str, Any]:
        """A shopper's own suggestions: `items`, `release_id`."""
        headers = {"Authorization": f"Bearer {token}"}
        return (await self._ask("GET", "/v1/recommendations", headers=headers, params={"country": country}))[2]

    async def deals(self, country: str) -> list[dict[str, Any]]:
        """The first page of deals as the shoppers of a country see it; asked once."""
        if country not in self._deals:
            _, _, body = await self._ask("GET", "/v1/deals", params={"limit": "20", "country": country})
            self._deals[country] = body.get("items", [])
        return self._deals[country]

    async def send(self, token: str, events: list[dict[str, Any]]) -> None:
        """A shopper's events, in batches that the API takes."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        for first in range(0, len(events), MOST_EVENTS):
            body = orjson.dumps({"events": events[first : first + MOST_EVENTS]})
            await self._ask("POST", "/v1/events", headers=headers, data=body)

    async def _ask(self, method: str, path: str, **options: Any) -> tuple[int, str | None, dict[str, Any]]:  # noqa: ANN401
        """(status, ETag, body). Raises PlatformError when unreachable, refused or unreadable."""
        if self._session is None:
            raise PlatformError("the session is not open")
        try:
            async with self._session.request(method, f"{self.api_url}{path}", **options) as response:
                body = await response.read()
        except REACHABLE_TROUBLE as error:
            raise PlatformError(f"{method} {path}: {type(error).__name__} {error}".strip()) from error
        if response.status == 304:
            return 304, response.headers.get("ETag"), {}
        if response.status >= 300:
            raise PlatformError(f"{method} {path}: status {response.status}")
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise PlatformError(f"{method} {path}: no JSON") from error
        return response.status, response.headers.get("ETag"), read if isinstance(read, dict) else {"items": read}
