"""The polite fetcher: one aiohttp client for a shard of merchants.

Every request obeys robots.txt and the host's spacing, goes only to a checked address, and is bounded in time and size (also
after decompression). 408, 425, 429, 5xx and broken connections are tried again with full jitter, within the host's budget;
401, 403, 404, 410 and 451 never are. A Retry-After is always obeyed, by everything that asks the host.
"""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from dealhouse.errors import ConfigurationError, FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import bodies, pace, robots, sessions
from dealhouse.scraping.addresses import check_literal
from dealhouse.scraping.pace import HostPace
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.robots import Robots
from dealhouse.scraping.secrets import expand, redact
from dealhouse.scraping.sessions import Sessions
from dealhouse.scraping.slots import Rate, Slots
from dealhouse.scraping.tally import Tally
from dealhouse.scraping.validators import NONE, Validators

TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
UNWELCOME = frozenset((401, 403, 451))
GONE = frozenset((404, 410))
REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 5
ATTEMPTS = 4
PUBLIC_SPACING = 1.0  # seconds between starts at a host that is not a local merchant's own, whatever the registry says
BODY_LIMIT = 64 * 1024 * 1024
FIRST_BYTE_SECONDS, ROBOTS_SECONDS, TOTAL_SECONDS = 30.0, 10.0, 120.0
BROKEN = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, TimeoutError)


@dataclass(frozen=True)
class Fetched:
    """An answer: 200 with a body, 304 without, or 404 / 410. `url` is where redirects led; `headers` are found by any case."""

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


@dataclass(frozen=True)
class _Job:
    """What is asked for, and for whom."""

    merchant: Merchant
    validators: Validators
    headers: Mapping[str, str]
    rules: Robots | None  # None: it is the rules that are asked for
    patience: float = FIRST_BYTE_SECONDS


class Fetcher:
    """An asynchronous context manager. `tallies`: what was sent and received, by merchant."""

    def __init__(
        self, user_agent: str, in_flight: int | Slots, *, body_limit: int = BODY_LIMIT,
        platforms: Mapping[str, tuple[Slots, Rate]] | None = None, rests: Mapping[str, float] | None = None,
    ) -> None:
        """platforms: what one platform's merchants may do together; rests: until when (wall time) hosts asked for rest."""
        self.user_agent = user_agent
        self.agent = user_agent.split("/", 1)[0]
        self.body_limit = body_limit
        self.tallies: dict[str, Tally] = {}
        self.slots = Slots(in_flight) if isinstance(in_flight, int) else in_flight
        self.platforms = platforms or {}
        self._rests = dict(rests or {})
        self._paces: dict[str, HostPace] = {}
        self._robots: dict[str, asyncio.Task[Robots]] = {}
        self._rules: dict[tuple[str, str | None, int | None], Robots] = {}
        self._sessions: Sessions = {}

    async def __aenter__(self) -> Self:
        self._sessions = sessions.opened(self.user_agent)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._robots.values():
            task.cancel()
        for session in self._sessions.values():
            await session.close()

    @property
    def rests(self) -> dict[str, float]:
        """Until when (wall time) hosts asked to be left alone."""
        return {host: each.rest_until for host, each in self._paces.items() if each.rest_until > time.time()}

    def tally(self, merchant_id: str) -> Tally:
        return self.tallies.setdefault(merchant_id, Tally())

    async def get(
        self, url: str, merchant: Merchant, validators: Validators | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Fetch a document of a merchant. Raises FetchRefusedError (do not ask again), FetchUnavailableError (ask later).

        A 304 comes only to who sent validators; one that nobody asked for is asked once more, past any cache.
        """
        try:
            target = URL(expand(url))
        except (ConfigurationError, ValueError) as error:
            raise FetchRefusedError(redact(url), redact(str(error))) from error
        rules = await self._known_rules(target, merchant)
        if not rules.allows(str(target)):
            raise _refused(target, "robots.txt closes it")
        job = _Job(merchant, validators or NONE, headers or {}, rules)
        fetched = await self._persist(target, job)
        if fetched.is_unchanged and not job.validators.headers:
            fetched = await self._persist(target, replace(job, headers={**job.headers, "Cache-Control": "no-cache"}))
            if fetched.is_unchanged:
                raise _refused(target, "answered 304 to who has nothing")
        return fetched

    async def robots(self, url: str, merchant: Merchant) -> Robots:
        """The rules of the url's host, fetched once. Raises FetchUnavailableError when they cannot be had: then all is closed."""
        return await self._known_rules(URL(expand(url)), merchant)

    async def _known_rules(self, url: URL, merchant: Merchant) -> Robots:
        key = (url.scheme, url.host, url.port)
        rules = self._rules.get(key)
        if rules is not None and not rules.is_stale:
            return rules
        check_literal(url, private_allowed=_is_own(merchant, url))
        origin = str(url.origin())
        if origin not in self._robots or rules is not None:
            self._rules.pop(key, None)
            self._robots[origin] = asyncio.ensure_future(self._fetch_robots(URL(origin), merchant))
        self._rules[key] = await asyncio.shield(self._robots[origin])
        return self._rules[key]

    async def _fetch_robots(self, origin: URL, merchant: Merchant) -> Robots:
        url = origin / "robots.txt"
        try:
            answer = await self._persist(url, _Job(merchant, NONE, {}, None, ROBOTS_SECONDS))
            rules = robots.read(answer.status, answer.body, self.agent)
        except FetchRefusedError as refused:
            if not refused.reason.startswith("answered 4"):
                raise
            rules = Robots.open(self.agent)
        if rules is None:
            raise _unavailable(url, "robots.txt is unreachable, so nothing is open")
        host_pace = self._pace(url, merchant)
        host_pace.refusals = 0
        host_pace.spacing = max(host_pace.spacing, rules.delay)
        return rules

    def _pace(self, url: URL, merchant: Merchant) -> HostPace:
        host = url.host or ""
        found = self._paces.get(host)
        if found is None:
            spacing = merchant.spacing_seconds if _is_own(merchant, url) else max(PUBLIC_SPACING, merchant.spacing_seconds)
            found = self._paces[host] = HostPace(spacing)
            found.rest_until = self._rests.get(host, 0.0)
        return found

    async def _persist(self, url: URL, job: _Job) -> Fetched:
        """Follow and retry until there is an answer to keep; a wait that ran out counts as two attempts."""
        left = ATTEMPTS
        for attempt in range(ATTEMPTS):
            try:
                return await self._follow(url, job)
            except FetchUnavailableError as unavailable:
                left -= 2 if isinstance(unavailable.__cause__, TimeoutError) else 1
                if left <= 0 or (unavailable.retry_after or 0) > pace.LONGEST_REST:
                    raise
                wait = pace.backoff(attempt) if unavailable.retry_after is None else 0.0
                self._pace(url, job.merchant).lost += wait
                self.tally(job.merchant.merchant_id).retries += 1
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _follow(self, url: URL, job: _Job) -> Fetched:
        """One request and the redirects it leads to, each checked like the first."""
        first, asked_at = url, URL(job.validators.url) if job.validators.url else url
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._request(url, job, job.validators if url == asked_at else NONE)
            if isinstance(answer, Fetched):
                return answer if url is first else replace(answer, validators=replace(answer.validators, url=answer.url))
            check_literal(answer, private_allowed=_is_own(job.merchant, answer))
            if job.rules is not None and not (await self._known_rules(answer, job.merchant)).allows(str(answer)):
                raise _refused(answer, "robots.txt closes where it redirects to")
            url = answer
        raise _refused(url, f"more than {MOST_REDIRECTS} redirects")

    async def _request(self, url: URL, job: _Job, validators: Validators) -> Fetched | URL:
        """One request, in its turn; the host's pace learns how it went."""
        own_host = _is_own(job.merchant, url)
        check_literal(url, private_allowed=own_host)
        host_pace = self._pace(url, job.merchant)
        await host_pace.admit(url)
        tally = self.tally(job.merchant.merchant_id)
        started = 0.0
        try:
            async with host_pace.turn(self.slots, None if own_host else self.platforms.get(job.merchant.platform)):
                started = time.monotonic()
                tally.requests += 1
                answer = await self._send(url, job, validators, host_pace)
        except FetchUnavailableError:
            tally.breaker_opened += host_pace.failed(time.monotonic() - started if started else 0.0)
            raise
        except FetchRefusedError as refused:
            host_pace.refused() if refused.reason in _UNWELCOME else host_pace.succeeded()
            raise
        except BaseException:
            host_pace.ended()
            raise
        host_pace.succeeded()
        return answer

    async def _send(self, url: URL, job: _Job, validators: Validators, host_pace: HostPace) -> Fetched | URL:
        session = self._sessions[_is_own(job.merchant, url), host_pace.spacing > 0]
        at_home = not job.headers or url.host == _host_of(job.merchant.base_url)  # a redirect takes no token elsewhere
        headers = {**validators.headers, **(job.headers if at_home else {})}
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with (
                asyncio.timeout_at(started + job.patience) as patience,
                session.get(url, headers=headers, allow_redirects=False, trace_request_ctx=host_pace) as response,
            ):
                self.tally(job.merchant.merchant_id).answered(loop.time() - started)
                if not response.content.is_eof():
                    patience.reschedule(started + TOTAL_SECONDS)
                return await self._judge(url, response, job)
        except BROKEN as error:
            raise _unavailable(url, f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise _refused(url, f"{type(error).__name__}: {error}") from error

    async def _judge(self, url: URL, response: aiohttp.ClientResponse, job: _Job) -> Fetched | URL:
        status, headers = response.status, response.headers
        tally = self.tally(job.merchant.merchant_id)
        rest = pace.retry_after(headers.get("Retry-After")) if status not in (200, 304) else None
        if rest is not None:
            self._pace(url, job.merchant).rest(rest)
        if status in REDIRECTS and "Location" in headers:
            return url.join(URL(headers["Location"]))
        if status in TRANSIENT or status > 500:
            raise _unavailable(url, f"answered {status}", rest)
        validators = Validators(headers.get("ETag"), headers.get("Last-Modified"))
        if status in GONE or status == 304:
            tally.not_modified += status == 304
            return Fetched(str(url), status, b"", validators, headers)
        if status != 200:
            raise _refused(url, f"answered {status}")
        try:
            body, received = await bodies.read(response, self.body_limit)
        except bodies.BodyError as error:
            raise (_refused if error.is_final else _unavailable)(url, error.reason) from error
        tally.bytes += received
        return Fetched(str(url), status, body, validators, headers)


_UNWELCOME = frozenset(f"answered {status}" for status in UNWELCOME)


@lru_cache(maxsize=65_536)
def _host_of(base_url: str) -> str | None:
    return URL(base_url).host


def _is_own(merchant: Merchant, url: URL) -> bool:
    """Whether it is a local merchant's own host: then it may be private, and as close as the registry says."""
    return merchant.is_local and url.host == _host_of(merchant.base_url)


def _refused(url: URL, reason: str) -> FetchRefusedError:
    return FetchRefusedError(redact(str(url)), redact(reason))


def _unavailable(url: URL, reason: str, retry_after: float | None = None) -> FetchUnavailableError:
    return FetchUnavailableError(redact(str(url)), redact(reason), retry_after)
