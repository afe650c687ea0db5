"""The polite fetcher: one aiohttp client for a shard of merchants.

Every request obeys robots.txt and the host's spacing, goes only to a checked address, and is bounded in time and size (also
after decompression). 408, 425, 429, 5xx and broken connections are tried again with full jitter, within the host's budget;
401, 403, 404, 410 and 451 never are.
"""

import asyncio
import hashlib
import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import pace, robots
from dealhouse.scraping.addresses import PublicResolver, check_literal
from dealhouse.scraping.pace import HostPace
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.robots import Robots

TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
GONE = frozenset((404, 410))
REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 5
ATTEMPTS = 4
BODY_LIMIT = 64 * 1024 * 1024
GZIP = b"\x1f\x8b"
TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=20)
BROKEN = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, TimeoutError)


@dataclass(frozen=True)
class Validators:
    """What a document's last answer gave to ask with: `If-None-Match`, `If-Modified-Since`."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Fetched:
    """An answer: 200 with a body, 304 without, or 404 / 410. `url` is where redirects led; `headers` by lower-case name."""

    url: str
    status: int
    body: bytes
    validators: Validators
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


class Fetcher:
    """An asynchronous context manager. `requests` counts what was sent, by host."""

    def __init__(self, user_agent: str, in_flight: int, *, body_limit: int = BODY_LIMIT) -> None:
        self.user_agent = user_agent
        self.agent = user_agent.split("/", 1)[0]
        self.body_limit = body_limit
        self.requests: dict[str, int] = {}
        self._everyone = asyncio.Semaphore(in_flight)
        self._paces: dict[str, HostPace] = {}
        self._robots: dict[str, asyncio.Task[Robots]] = {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        for private_allowed in (False, True):
            connector = aiohttp.TCPConnector(
                resolver=PublicResolver(private_allowed=private_allowed), limit=0, use_dns_cache=False, family=socket.AF_UNSPEC
            )
            self._sessions[private_allowed] = aiohttp.ClientSession(
                connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip, deflate"},
            )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._robots.values():
            task.cancel()
        for session in self._sessions.values():
            await session.close()

    async def get(self, url: str, merchant: Merchant, validators: Validators | None = None) -> Fetched:
        """Fetch a document of a merchant. Raises FetchRefusedError (do not ask again), FetchUnavailableError (ask later)."""
        rules = await self.robots(url, merchant)
        if not rules.allows(url):
            raise FetchRefusedError(url, "robots.txt closes it")
        return await self._persist(URL(url), merchant, validators or Validators(), rules)

    async def robots(self, url: str, merchant: Merchant) -> Robots:
        """The rules of the url's host, fetched once. Raises FetchUnavailableError when they cannot be had: then all is closed."""
        origin = str(URL(url).origin())
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._fetch_robots(URL(origin), merchant))
        return await asyncio.shield(self._robots[origin])

    async def _fetch_robots(self, origin: URL, merchant: Merchant) -> Robots:
        url = origin / "robots.txt"
        try:
            answer = await self._persist(url, merchant, Validators(), None)
            rules = robots.read(answer.status, answer.body, self.agent)
        except FetchRefusedError as refused:
            if not refused.reason.startswith("answered 4"):
                raise
            rules = Robots.open(self.agent)
        if rules is None:
            raise FetchUnavailableError(str(url), "robots.txt is unreachable, so nothing is open")
        host_pace = self._pace(url, merchant)
        host_pace.spacing = max(host_pace.spacing, rules.delay)
        return rules

    def _pace(self, url: URL, merchant: Merchant) -> HostPace:
        host = url.host or ""
        if host not in self._paces:
            self._paces[host] = HostPace(merchant.spacing_seconds)
        return self._paces[host]

    async def _persist(self, url: URL, merchant: Merchant, validators: Validators, rules: Robots | None) -> Fetched:
        """Follow and retry until there is an answer to keep."""
        host_pace = self._pace(url, merchant)
        for attempt in range(ATTEMPTS):
            host_pace.check_breaker(str(url))
            try:
                fetched = await self._follow(url, merchant, validators, rules)
            except FetchUnavailableError as unavailable:
                host_pace.failures += 1
                wait = pace.backoff(attempt) if unavailable.retry_after is None else unavailable.retry_after
                if attempt + 1 == ATTEMPTS or wait > pace.LONGEST_RETRY_AFTER or not host_pace.may_retry():
                    raise
                await asyncio.sleep(wait)
            else:
                host_pace.failures = 0
                return fetched
        raise AssertionError("unreachable")

    async def _follow(self, url: URL, merchant: Merchant, validators: Validators, rules: Robots | None) -> Fetched:
        """One request and the redirects it leads to, each checked like the first."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._request(url, merchant, validators)
            if isinstance(answer, Fetched):
                return answer
            if rules is not None and answer.host == url.host and not rules.allows(str(answer)):
                raise FetchRefusedError(str(answer), "robots.txt closes where it redirects to")
            url, validators = answer, Validators()
        raise FetchRefusedError(str(url), f"more than {MOST_REDIRECTS} redirects")

    async def _request(self, url: URL, merchant: Merchant, validators: Validators) -> Fetched | URL:
        own_host = merchant.is_local and url.host == URL(merchant.base_url).host
        check_literal(url, private_allowed=own_host)
        self.requests[url.host or ""] = self.requests.get(url.host or "", 0) + 1
        try:
            async with (
                self._pace(url, merchant).turn(self._everyone),
                self._sessions[own_host].get(url, headers=validators.headers, allow_redirects=False) as response,
            ):
                return await self._judge(url, response, conditional=bool(validators.headers))
        except BROKEN as error:
            raise FetchUnavailableError(str(url), f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise FetchRefusedError(str(url), f"{type(error).__name__}: {error}") from error

    async def _judge(self, url: URL, response: aiohttp.ClientResponse, *, conditional: bool) -> Fetched | URL:
        status = response.status
        validators = Validators(response.headers.get("ETag"), response.headers.get("Last-Modified"))
        if status in REDIRECTS and "Location" in response.headers:
            return url.join(URL(response.headers["Location"]))
        if status in TRANSIENT or status > 500:
            wait = pace.retry_after(response.headers.get("Retry-After"))
            raise FetchUnavailableError(str(url), f"answered {status}", wait)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if status in GONE or (status == 304 and conditional):
            return Fetched(str(url), status, b"", validators, headers)
        if status != 200:
            raise FetchRefusedError(str(url), f"answered {status}")
        return Fetched(str(url), status, await self._body(url, response), validators, headers)

    async def _body(self, url: URL, response: aiohttp.ClientResponse) -> bytes:
        """The decompressed body. Raises FetchRefusedError as soon as it is over the limit."""
        chunks, size = [], 0
        async for chunk in response.content.iter_chunked(1 << 16):
            size += len(chunk)
            if size > self.body_limit:
                raise FetchRefusedError(str(url), f"a body over {self.body_limit} bytes")
            chunks.append(chunk)
        body = b"".join(chunks)
        return self._inflate(url, body) if body.startswith(GZIP) else body

    def _inflate(self, url: URL, body: bytes) -> bytes:
        """A file that is itself compressed (sitemap.xml.gz)."""
        inflater = zlib.decompressobj(wbits=31)
        try:
            plain = inflater.decompress(body, self.body_limit + 1)
        except zlib.error as error:
            raise FetchRefusedError(str(url), f"a broken gzip file: {error}") from error
        if len(plain) > self.body_limit:
            raise FetchRefusedError(str(url), f"a body over {self.body_limit} bytes")
        return plain
